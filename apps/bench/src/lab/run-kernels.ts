import { badInput } from '@movt/kernels';
import { commit } from '../measure/commit.ts';
import type { CacheMode, Ceilings, KernelFailure, KernelReport, KernelRow } from '../measure/types.ts';
import { NoAnswerError, type Supervisor } from './supervisor.ts';
import type { AdapterAnswer, KernelName, KernelSource } from './tasks.ts';

export interface RunOptions {
  readonly mode: CacheMode;
  /** Milliseconds of sampling a kernel. */
  readonly budgetMs: number;
}

/** The adapter with its ceilings: found out once a run. */
export interface Bench extends AdapterAnswer {
  readonly ceilings: Ceilings;
}

/** Opens the adapter in the measuring process, says which it is, and measures its ceilings. */
export async function openBench(supervisor: Supervisor): Promise<Bench> {
  const answer = await supervisor.ask('adapter', undefined);
  console.error(`adapter: ${answer.adapter}`);
  if (answer.software) console.error('A software adapter: times compare only within this run.');
  console.error('measuring ceilings …');
  return { ...answer, ceilings: await supervisor.ask('ceilings', undefined) };
}

/** A kernel that is to be measured, and its place in its source. */
export interface Chosen extends KernelName {
  readonly source: KernelSource;
  readonly index: number;
}

/**
 * What a source has that the filter, a part of a line, lets through.
 *
 * @throws MovtError `bad_input` when that is nothing, or the source cannot be read.
 */
export async function chooseKernels(supervisor: Supervisor, source: KernelSource, filter: string): Promise<Chosen[]> {
  const all = await supervisor.ask('list', { source });
  const chosen = all
    .map((name, index) => ({ ...name, source, index }))
    .filter(({ kernel, problem }) => `${kernel} ${problem}`.includes(filter));
  if (chosen.length > 0) return chosen;
  const names = [...new Set(all.map(({ kernel }) => kernel))].join(', ');
  throw badInput({
    action: 'choosing kernels',
    given: `--filter '${filter}'`,
    needed: `a part of a line about ${names}`,
  });
}

/**
 * Measures kernels one after another; each is told on standard error as it is done. What goes wrong with one is its failure and does
 * not stop the others.
 */
export async function runKernels(
  supervisor: Supervisor,
  bench: Bench,
  chosen: readonly Chosen[],
  options: RunOptions,
): Promise<KernelReport> {
  const rows: KernelRow[] = [];
  const failures: KernelFailure[] = [];
  for (const [done, { source, index, ...name }] of chosen.entries()) {
    const task = { ...options, source, index, ceilings: bench.ceilings };
    const result = await supervisor.ask('measure', task).catch((error) => failureOf(name, error));
    if ('reason' in result) {
      failures.push(result);
      supervisor.close(); // whatever it left behind, the next one starts afresh
    } else rows.push(result);
    const what =
      'reason' in result ? result.reason.toUpperCase() : `${Number(result.summary.median_ms.toPrecision(4))} ms`;
    console.error(`${done + 1}/${chosen.length} ${name.kernel} ${name.problem}: ${what}`);
  }
  return {
    format: 'movt-bench-kernels/1',
    commit: commit(),
    date: new Date().toISOString(),
    fingerprint: bench.fingerprint,
    software: bench.software,
    ceilings: bench.ceilings,
    rows,
    failures,
  };
}

function failureOf(name: KernelName, error: unknown): KernelFailure {
  const { message } = error as Error;
  return { ...name, reason: error instanceof NoAnswerError ? error.reason : 'error', message };
}

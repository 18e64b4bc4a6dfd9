import { MovtError } from '@movt/kernels';
import { relativeL2 } from '@movt/kernels/testing';
import { summarise } from '../measure/statistics.ts';
import { OURS, type PeerEntry } from './list.ts';
import { type PeerProcess, startPeer } from './process.ts';
import type { Ran } from './protocol.ts';
import { type PeerRow, TOLERANCE } from './report.ts';
import type { Comparison, Workload } from './workload.ts';

/** A peer, from its start to what put it out of the race. */
interface Contender {
  readonly entry: PeerEntry;
  process: PeerProcess | null;
  version: string | null;
  adapter: string | null;
  drivers: readonly string[];
  /** With cold caches, for one clip: from the start of the process to the answer, and what of it came before the run. */
  firstAnswerMs: number | null;
  firstCompileMs: number | null;
  /** Once set, the process is gone and no more is asked of it. */
  problem: string | null;
}

/** A peer's answers at one batch size. */
interface Trial {
  compileMs: number | null;
  dispatches: number | null;
  difference: number | null;
  readonly samples: number[];
}

/**
 * Times peers beside each other. Each answers in a process of its own, all of them on the adapter of this process's environment, in
 * rounds of one run each, so that a machine that slows down slows all alike. What differs from our answers by more than TOLERANCE,
 * runs on another adapter, breaks or hangs gets a row that says so, and the rest go on.
 *
 * @param entries the peers, ours first; `problem` says why one cannot be started at all
 * @param say takes a line of progress
 * @throws MovtError where our own does not answer: then there is nothing to compare with
 */
export async function comparePeers(
  entries: readonly { entry: PeerEntry; problem: string | null }[],
  workload: Workload,
  comparison: Comparison,
  say: (line: string) => void,
): Promise<{ adapter: string; rows: PeerRow[] }> {
  const contenders = entries.map(
    ({ entry, problem }): Contender => ({
      entry,
      process: null,
      version: null,
      adapter: null,
      drivers: [],
      firstAnswerMs: null,
      firstCompileMs: null,
      problem,
    }),
  );
  const [ours] = contenders;
  try {
    let expected: Float32Array | undefined;
    for (const contender of contenders) {
      if (contender.problem === null) say(`${contender.entry.name}: first answer …`);
      await attempt(contender, async () => {
        const { output } = await answerFirst(contender, ours, workload, comparison);
        expected ??= output;
        check(relativeL2(output, expected));
      });
    }
    const rows: PeerRow[] = [];
    for (const batch of comparison.batch) {
      const trials = await measureBatch(contenders, workload, comparison, batch, say);
      const ourMedianMs = summarise(trials[0].samples).median_ms;
      for (const [i, contender] of contenders.entries()) {
        const compileMs = batch === 1 ? contender.firstCompileMs : trials[i].compileMs;
        const firstAnswerMs = rows.length < contenders.length ? contender.firstAnswerMs : null;
        rows.push(rowOf(contender, { ...trials[i], compileMs }, batch, firstAnswerMs, ourMedianMs));
      }
    }
    return { adapter: ours.adapter!, rows };
  } finally {
    for (const { process } of contenders) process?.stop();
  }
}

/** Starts a peer and gets its answer for one clip, with cold caches. */
async function answerFirst(
  contender: Contender,
  ours: Contender,
  workload: Workload,
  { frames, points }: Comparison,
): Promise<Ran> {
  const request = workload.draw({ batch: 1, frames, points });
  const started = performance.now();
  const process = startPeer(contender.entry);
  contender.process = process;
  const { version, adapter, drivers } = await process.load(workload.load);
  Object.assign(contender, { version, adapter, drivers });
  checkAdapter(contender, ours);
  contender.firstCompileMs = (await process.prepare({ batch: 1, frames, points })).compile_ms;
  const ran = await process.run(request);
  contender.firstAnswerMs = performance.now() - started;
  return ran;
}

/** A peer on WebGPU must share our adapter; one that cannot name its own must have loaded the same driver. */
function checkAdapter(contender: Contender, ours: Contender): void {
  if (contender.entry.kind !== 'webgpu' || contender === ours) return;
  if (contender.adapter === null && ours.drivers.length > 0) {
    const sameDriver = `${contender.drivers}` === `${ours.drivers}`;
    contender.adapter = sameDriver ? ours.adapter : `${contender.drivers.join(', ') || 'no Vulkan driver'}`;
  }
  if (contender.adapter !== null && contender.adapter !== ours.adapter) {
    throw new Error(`it ran on ${contender.adapter}, not on ${ours.adapter}`);
  }
}

async function measureBatch(
  contenders: readonly Contender[],
  workload: Workload,
  { frames, points, rounds }: Comparison,
  batch: number,
  say: (line: string) => void,
): Promise<Trial[]> {
  const sizes = { batch, frames, points };
  const request = workload.draw(sizes);
  const trials = contenders.map((): Trial => ({ compileMs: null, dispatches: null, difference: null, samples: [] }));
  let expected: Float32Array | undefined;

  /** One run, whose answer is checked before its time counts for anything. */
  const runOnce = async ({ process }: Contender, trial: Trial): Promise<number> => {
    const ran = await process!.run(request);
    expected ??= ran.output;
    trial.difference = Math.max(trial.difference ?? 0, relativeL2(ran.output, expected));
    check(trial.difference);
    trial.dispatches = ran.dispatches;
    return ran.ms;
  };

  for (const [i, contender] of contenders.entries()) {
    const trial = trials[i];
    if (contender.problem === null) say(`${contender.entry.name}: preparing batch ${batch} …`);
    await attempt(contender, async (process) => {
      trial.compileMs = (await process!.prepare(sizes)).compile_ms;
      await runOnce(contender, trial);
    });
  }
  for (let round = 1; round <= rounds; round++) {
    say(`batch ${batch}: round ${round} of ${rounds} …`);
    for (const [i, contender] of contenders.entries()) {
      await attempt(contender, async () => trials[i].samples.push(await runOnce(contender, trials[i])));
    }
  }
  return trials;
}

/** Does something with a peer that is still in the race; what goes wrong puts it out, and ours ends the whole. */
async function attempt(contender: Contender, work: (process: PeerProcess | null) => Promise<unknown>): Promise<void> {
  if (contender.problem !== null) return;
  try {
    await work(contender.process);
  } catch (error) {
    contender.process?.stop();
    contender.problem = (error as Error).message;
    if (contender.entry.name === OURS) {
      throw new MovtError('gpu_validation', `comparing peers: ours, which all are compared with: ${contender.problem}`);
    }
  }
}

/** Throws where an answer is too far from ours; NaN is. */
function check(difference: number): void {
  if (!(difference <= TOLERANCE)) throw new Error(`wrong by ${difference.toExponential(1)}`);
}

/** What is known of a peer at one batch size; without times where it is out of the race. */
function rowOf(
  { entry, version, adapter, problem }: Contender,
  { samples, compileMs, dispatches, difference }: Trial,
  batch: number,
  firstAnswerMs: number | null,
  ourMedianMs: number,
): PeerRow {
  const about = { peer: entry.name, kind: entry.kind, version, adapter, batch, difference, problem };
  if (problem !== null) {
    const untold = { summary: null, times_ours: null, first_answer_ms: null, compile_ms: null, dispatches: null };
    return { ...about, samples_ms: [], ...untold };
  }
  const summary = summarise(samples);
  return {
    ...about,
    samples_ms: samples,
    summary,
    times_ours: summary.median_ms / ourMedianMs,
    first_answer_ms: firstAnswerMs,
    compile_ms: compileMs,
    dispatches,
  };
}

import { MovtError } from '@movt/kernels';
import { median, medianInterval, summarise } from '../measure/statistics.ts';
import { OURS, type PeerEntry } from './list.ts';
import { type PeerProcess, startPeer } from './process.ts';
import type { LoadRequest, ModelFile, PeerOperations, Ran, RunRequest } from './protocol.ts';
import type { PeerRow } from './report.ts';
import type { Comparison, Workload } from './workload.ts';

/** A peer, from its start to what put it out of the race. */
interface Contender<Load extends ModelFile, Request extends RunRequest> {
  readonly entry: PeerEntry;
  process: PeerProcess<PeerOperations<Load, Request>> | null;
  version: string | null;
  adapter: string | null;
  drivers: readonly string[];
  /** With cold caches, from the start of the process to its first answer. */
  firstAnswerMs: number | null;
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
 * rounds of one run each, so that a machine that slows down slows all alike. What differs from our answers by more than the workload's
 * tolerance, runs on another adapter, breaks or hangs gets a row that says so, and the rest go on.
 *
 * @param entries the peers, ours first; `problem` says why one cannot be started at all
 * @param say takes a line of progress
 * @throws MovtError where our own does not answer: then there is nothing to compare with
 */
export async function comparePeers<Load extends ModelFile = LoadRequest, Request extends RunRequest = RunRequest>(
  entries: readonly { entry: PeerEntry; problem: string | null }[],
  workload: Workload<Load, Request>,
  comparison: Comparison,
  say: (line: string) => void,
): Promise<{ adapter: string; rows: PeerRow[] }> {
  const contenders = entries.map(
    ({ entry, problem }): Contender<Load, Request> => ({
      entry,
      process: null,
      version: null,
      adapter: null,
      drivers: [],
      firstAnswerMs: null,
      problem,
    }),
  );
  try {
    const first = await answerFirst(contenders, workload, comparison, say);
    const rows: PeerRow[] = [];
    for (const batch of comparison.batch) {
      const isFirst = batch === workload.firstBatch;
      const trials = isFirst ? first : await prepareAll(contenders, workload, { ...comparison, batch }, say);
      const request = workload.draw({ ...comparison, batch });
      for (let round = 1; round <= comparison.rounds; round++) {
        say(`batch ${batch}: round ${round} of ${comparison.rounds} …`);
        await answerInTurn(contenders, trials, workload, async ({ process }, { samples }) => {
          const ran = await process!.run(request);
          return { ran, take: () => samples.push(ran.ms) };
        });
      }
      for (const [i, contender] of contenders.entries()) {
        rows.push(rowOf(contender, trials[i], batch, rows.length < contenders.length, trials[0].samples));
      }
    }
    return { adapter: contenders[0].adapter!, rows };
  } finally {
    for (const { process } of contenders) process?.stop();
  }
}

/** Starts each peer, with cold caches, and gets its first answer. */
async function answerFirst<Load extends ModelFile, Request extends RunRequest>(
  contenders: readonly Contender<Load, Request>[],
  workload: Workload<Load, Request>,
  { frames, points }: Comparison,
  say: (line: string) => void,
): Promise<Trial[]> {
  const request = workload.draw({ batch: workload.firstBatch, frames, points });
  const trials = contenders.map(newTrial);
  await answerInTurn(contenders, trials, workload, async (contender, trial) => {
    say(`${contender.entry.name}: first answer …`);
    const started = performance.now();
    const process = startPeer<PeerOperations<Load, Request>>(contender.entry);
    contender.process = process;
    const { version, adapter, drivers } = await process.load(workload.load);
    Object.assign(contender, { version, adapter, drivers });
    checkAdapter(contender, contenders[0]);
    trial.compileMs = (await process.prepare(request)).compile_ms;
    const ran = await process.run(request);
    contender.firstAnswerMs = performance.now() - started;
    return { ran };
  });
  return trials;
}

/** Lets each peer prepare for a batch, and checks an answer that is not timed. */
async function prepareAll<Load extends ModelFile, Request extends RunRequest>(
  contenders: readonly Contender<Load, Request>[],
  workload: Workload<Load, Request>,
  sizes: Parameters<typeof workload.draw>[0],
  say: (line: string) => void,
): Promise<Trial[]> {
  const request = workload.draw(sizes);
  const trials = contenders.map(newTrial);
  await answerInTurn(contenders, trials, workload, async ({ entry, process }, trial) => {
    say(`${entry.name}: preparing batch ${sizes.batch} …`);
    trial.compileMs = (await process!.prepare(request)).compile_ms;
    return { ran: await process!.run(request) };
  });
  return trials;
}

const newTrial = (): Trial => ({ compileMs: null, dispatches: null, difference: null, samples: [] });

/** A peer on WebGPU must share our adapter; one that cannot name its own must have loaded the same driver. */
function checkAdapter(contender: Contender<never, never>, ours: Contender<never, never>): void {
  if (contender.entry.kind !== 'webgpu' || contender === ours) return;
  if (contender.adapter === null && ours.drivers.length > 0) {
    const sameDriver = `${contender.drivers}` === `${ours.drivers}`;
    contender.adapter = sameDriver ? ours.adapter : `${contender.drivers.join(', ') || 'no Vulkan driver'}`;
  }
  if (contender.adapter !== null && contender.adapter !== ours.adapter) {
    throw new Error(`it ran on ${contender.adapter}, not on ${ours.adapter}`);
  }
}

/**
 * One answer of each peer that is still in the race, ours first. Each is checked against ours before its time counts for anything: `take`
 * is called once it is.
 */
async function answerInTurn<Load extends ModelFile, Request extends RunRequest>(
  contenders: readonly Contender<Load, Request>[],
  trials: readonly Trial[],
  { difference, tolerance }: Workload<Load, Request>,
  ask: (contender: Contender<Load, Request>, trial: Trial) => Promise<{ ran: Ran; take?: () => void }>,
): Promise<void> {
  let ours: Float32Array | undefined;
  for (const [i, contender] of contenders.entries()) {
    const trial = trials[i];
    await attempt(contender, async () => {
      const { ran, take } = await ask(contender, trial);
      ours ??= ran.output;
      trial.difference = Math.max(trial.difference ?? 0, difference(ran.output, ours));
      if (!(trial.difference <= tolerance)) throw new Error(`wrong by ${trial.difference.toExponential(1)}`);
      trial.dispatches = ran.dispatches;
      take?.();
    });
  }
}

/** Does something with a peer that is still in the race; what goes wrong puts it out, and ours ends the whole. */
async function attempt(contender: Contender<never, never>, work: () => Promise<void>): Promise<void> {
  if (contender.problem !== null) return;
  try {
    await work();
  } catch (error) {
    contender.process?.stop();
    contender.problem = (error as Error).message;
    if (contender.entry.name === OURS) {
      throw new MovtError('gpu_validation', `comparing peers: ours, which all are compared with: ${contender.problem}`);
    }
  }
}

/** What is known of a peer at one batch size; without times where it is out of the race. */
function rowOf(
  { entry, version, adapter, firstAnswerMs, problem }: Contender<never, never>,
  { samples, compileMs, dispatches, difference }: Trial,
  batch: number,
  isFirst: boolean,
  ourSamples: readonly number[],
): PeerRow {
  const about = { peer: entry.name, kind: entry.kind, version, adapter, batch, difference, problem };
  if (problem !== null) {
    const untimed = { samples_ms: [], summary: null, times_ours: null, times_ours_ci95: null };
    return { ...about, ...untimed, first_answer_ms: null, compile_ms: null, dispatches: null };
  }
  // Of the same round: what slowed the machine then slowed both.
  const ratios = samples.map((ms, round) => ms / ourSamples[round]);
  return {
    ...about,
    samples_ms: samples,
    summary: summarise(samples),
    times_ours: median(ratios),
    times_ours_ci95: medianInterval(ratios),
    first_answer_ms: isFirst ? firstAnswerMs : null,
    compile_ms: compileMs,
    dispatches,
  };
}

/** Tracker and model on this browser's GPU: loaded when the first clip is chosen. */
import { createContext, type GpuContext } from '@movt/kernels';
import type { FrameSource } from '@movt/tracker/frames';
import { gridPoints } from '@movt/tracker/points';
import { type TrackedVideo, type TrackOptions, trackVideo } from '@movt/tracker/track';
import {
  type Checkpoint,
  createPredictor,
  createTrackGradient,
  probabilities,
  type Tracks,
  trackImportance,
} from 'movt';
import { servedModel } from './model.ts';
import type { RankedClass, RunProfile } from './state.ts';

/** Points are laid out as a grid of so many columns and rows. */
const GRID = 8;
export const POINTS = GRID * GRID;
/** Of these profiles the middle one by the GPU's time is shown; where there is no GPU one has to do. */
const PROFILED_RUNS = 5;

export interface LocalAnswer {
  readonly ranked: RankedClass[] | null;
  readonly best: number | null;
  readonly values: number[] | null;
  readonly compileMs: number;
  readonly runMs: number;
}

export interface Engine {
  readonly context: GpuContext;
  readonly checkpoint: Checkpoint;
  track(source: FrameSource, options: TrackOptions): Promise<TrackedVideo>;
  /** Of a model that tells classes these, best first, and the best one's index; of one that tells values, these. And what it took. */
  predict(tracks: Tracks): Promise<LocalAnswer>;
  /** [N], the largest 1. */
  importance(tracks: Tracks, output: number): Promise<Float64Array>;
  profile(tracks: Tracks): Promise<RunProfile>;
}

/** Takes the GPU and fetches the model. Throws a MovtError where either cannot be had. */
export async function createEngine(): Promise<Engine> {
  const { checkpoint } = await servedModel();
  const context = await createContext({ gpu: navigator.gpu });
  const predictor = createPredictor(context, checkpoint);
  const gradient = createTrackGradient(context, checkpoint);
  return {
    context,
    checkpoint,
    track: (source, options) =>
      trackVideo(context, source, gridPoints(GRID, GRID, source.width, source.height), options),
    async predict(tracks) {
      const first = await predictor.predict([tracks]);
      // A processor that stands in for a GPU compiles at the first run: the second one shows what an answer takes.
      const { outputs, cost } = await predictor.predict([tracks]);
      const compileMs = first.cost.compileMs + Math.max(0, first.cost.runMs - cost.runMs);
      const times = { compileMs, runMs: cost.runMs };
      const { task, classes } = checkpoint;
      if (task === 'regression') return { ranked: null, best: null, values: Array.from(outputs[0]!), ...times };
      const shares = probabilities(outputs[0]!);
      const order = Array.from(shares.keys()).sort((a, b) => shares[b]! - shares[a]!);
      const ranked = order.map((i) => ({ label: classes?.[i] ?? `class ${i}`, probability: shares[i]! }));
      return { ranked, best: order[0]!, values: null, ...times };
    },
    async importance(tracks, output) {
      const [dtracks] = await gradient.gradient([tracks], [output]);
      return trackImportance(dtracks!, tracks.N);
    },
    async profile(tracks) {
      const runs: RunProfile[] = [];
      const count = context.traits.software ? 1 : PROFILED_RUNS;
      for (let i = 0; i < count; i++) {
        const [{ stages, gpu, dispatches, clock, note }] = await predictor.profile([tracks], 'dispatch');
        const begin = stages[0]!.start;
        const moved = ({ name, start, end }: { name: string; start: number; end: number }) => ({
          name,
          start: start - begin,
          end: end - begin,
        });
        runs.push({
          stages: stages.map(moved),
          gpu: gpu?.map(moved) ?? null,
          dispatches,
          clock: clock ?? null,
          note: note ?? null,
        });
      }
      const length = ({ gpu, stages }: RunProfile) =>
        (gpu ?? stages).reduce((sum, { start, end }) => sum + end - start, 0);
      return runs.sort((a, b) => length(a) - length(b))[(count - 1) >> 1]!;
    },
  };
}

import type { AdapterTraits } from '../../runtime/context.ts';
import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import { chooseTile } from '../matmul/tile.ts';
import source from './conv1d.wgsl';

/** Sizes of per-frame features of points and of the convolution over their time. */
export interface Conv1dProblem {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly taps: number;
  /** Store only each point's maximum over its clip's frames. */
  readonly maxOverTime: boolean;
  /** With maxOverTime: store each maximum's frame too, which the gradient wants; of equal ones the first, as torch. */
  readonly storeArgmax?: boolean;
  /** With maxOverTime: elements from one point's row of y to the next; `outputs` unless told. */
  readonly yStride?: number;
  /** Weights and biases are stored as f16. */
  readonly halfWeights?: boolean;
}

/**
 * torch.nn.Conv1d over T with padding 'same', for every point: x [B,T,N,C], weight [taps,O,C] (a permuted
 * copy of torch's [O,C,taps]: channels lie side by side), bias [O] → y [B,T,N,O],
 * or with maxOverTime the maximum over time y [B·N, yStride], of which O columns are written.
 * With storeArgmax also the frames of the maxima, argmax [B·N, O].
 * frames [B] is each clip's length (1 … T): later frames count as zeros, and never as the maximum.
 */
export const conv1d = defineKernel<Conv1dProblem>({
  name: 'conv1d',
  bindings: [
    { name: 'x', access: 'read', length: ({ batch, frames, points, inputs }) => batch * frames * points * inputs },
    {
      name: 'weight',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ inputs, outputs, taps }) => outputs * inputs * taps,
    },
    {
      name: 'bias',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ outputs }) => outputs,
    },
    { name: 'frames', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'y', access: 'read_write', length: outputLength },
    {
      name: 'argmax',
      access: 'read_write',
      type: 'u32',
      length: ({ batch, points, outputs, ...problem }) => (storesArgmax(problem) ? batch * points * outputs : 0),
    },
  ],
  params: (problem, traits) => {
    const { batch, frames, points, inputs, outputs, taps, yStride = outputs } = problem;
    const columnTiles = Math.ceil(outputs / tileOf(problem, traits).columns);
    return [frames, points, inputs, outputs, taps, columnTiles, batch * points, yStride].map((u32) => ({ u32 }));
  },
  variant: (problem, traits) => {
    const { batch, points, outputs, maxOverTime } = problem;
    const tile = tileOf(problem, traits);
    return {
      source: tile.source + source,
      flags: {
        ...tile.flags,
        VEC4: hasVectors(problem),
        MAX_OVER_TIME: maxOverTime,
        ARGMAX: storesArgmax(problem),
        REDUCE_THREADS: maxOverTime && tile.flags.TILED!,
      },
      overrides: { ...tile.overrides, THREADS: tile.threads, TILE_COLUMNS: tile.columns },
      workgroups: linearGrid(batch * points * Math.ceil(outputs / tile.columns)),
    };
  },
  flops: ({ batch, frames, points, inputs, outputs, taps, maxOverTime }) =>
    batch * points * outputs * (frames * 2 * inputs * taps + frames + (maxOverTime ? frames : 0)),
  macs: ({ batch, frames, points, inputs, outputs, taps }) => batch * points * outputs * frames * inputs * taps,
});

const storesArgmax = ({ maxOverTime, storeArgmax = false }: Pick<Conv1dProblem, 'maxOverTime' | 'storeArgmax'>) =>
  maxOverTime && storeArgmax;

/** Whether the channels of every operand are whole vec4s. */
function hasVectors({ inputs, outputs, maxOverTime, yStride = outputs }: Conv1dProblem): boolean {
  return inputs % 4 === 0 && outputs % 4 === 0 && (!maxOverTime || yStride % 4 === 0);
}

function outputLength({ batch, frames, points, outputs, maxOverTime, yStride = outputs }: Conv1dProblem): number {
  return maxOverTime ? (batch * points - 1) * yStride + outputs : batch * frames * points * outputs;
}

/** A tile's rows are frames of one point: 32 of them suffice on a GPU, where a clip has about that many. */
function tileOf({ outputs, halfWeights = false }: Conv1dProblem, traits: AdapterTraits) {
  return chooseTile(traits, { rows: 32, columns: outputs, halfWeights });
}

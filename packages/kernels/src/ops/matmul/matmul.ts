import type { AdapterTraits } from '../../runtime/context.ts';
import { defineKernel, linearGrid, tunedName } from '../../runtime/kernel.ts';
import {
  ACTIVATION_FLOPS,
  type Activation,
  activationFlags,
  activationFunctions,
} from '../activation/activation_functions.ts';
import source from './matmul.wgsl';
import { chooseTile, tileTuning } from './tile.ts';

/** One matrix product, or a batch of them. */
export interface MatmulProblem {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch?: number;
  /** x is stored [k,m] rather than [m,k]. */
  readonly transposeX?: boolean;
  /** The weight is stored [k,n] rather than [n,k], which is PyTorch's order. */
  readonly weightKN?: boolean;
  /** Every batch has a weight of its own. */
  readonly batchedWeight?: boolean;
  readonly bias?: boolean;
  readonly activation?: Activation;
  /** Weights and biases are stored as f16. */
  readonly halfWeights?: boolean;
}

/**
 * y = activate(x · weightᵀ + bias), as torch.nn.Linear with an activation after it.
 * x [batch,m,k], weight [n,k], bias [n] → y [batch,m,n]; see MatmulProblem for the transposed forms.
 */
export const matmul = defineKernel<MatmulProblem>({
  name: 'matmul',
  bindings: [
    { name: 'x', access: 'read', length: ({ batch = 1, m, k }) => batch * m * k },
    {
      name: 'weight',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ batch = 1, n, k, batchedWeight }) => (batchedWeight ? batch : 1) * n * k,
    },
    {
      name: 'bias',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ n, bias }) => (bias ? n : 0),
    },
    { name: 'y', access: 'read_write', length: ({ batch = 1, m, n }) => batch * m * n },
  ],
  params: (problem, traits) => {
    const { m, n, k, batch = 1, transposeX, weightKN, batchedWeight } = problem;
    const tile = tileOf(problem, traits);
    const words = [m, n, k, Math.ceil(m / tile.rows), Math.ceil(n / tile.columns), batch];
    words.push(...(transposeX ? [1, m] : [k, 1]), m * k, ...(weightKN ? [1, n] : [k, 1]), batchedWeight ? n * k : 0);
    return words.map((u32) => ({ u32 }));
  },
  variant: (problem, traits) => {
    const { m, n, batch = 1, bias = false, activation = 'none' } = problem;
    const tile = tileOf(problem, traits);
    return {
      source: tile.source + source + activationFunctions,
      flags: { ...tile.flags, ...activationFlags(activation), BIAS: bias, VEC4: hasVectors(problem) },
      overrides: { ...tile.overrides, THREADS: tile.threads, TILE_COLUMNS: tile.columns },
      workgroups: linearGrid(Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns) * batch),
    };
  },
  tuning: { key: tuningKey, ...tileTuning },
  flops: ({ m, n, k, batch = 1, bias, activation = 'none' }) =>
    batch * m * n * (2 * k + (bias ? 1 : 0) + ACTIVATION_FLOPS[activation]),
});

/** Whether rows of every operand, as it is stored, are whole vec4s. */
function hasVectors({ m, n, k, transposeX = false, weightKN = false }: MatmulProblem): boolean {
  return n % 4 === 0 && (transposeX ? m % 4 === 0 : k % 4 === 0) && (weightKN || k % 4 === 0);
}

function tileOf(problem: MatmulProblem, traits: AdapterTraits) {
  const { m, n, batch = 1, transposeX = false, weightKN = false, halfWeights = false } = problem;
  const vectors = hasVectors(problem);
  const blocks = { xBlocks: vectors && transposeX, wBlocks: vectors && weightKN };
  const tuned = traits.tuned?.[tunedName('matmul', tuningKey(problem))];
  return chooseTile(traits, { rows: m * batch, columns: n, weightKN, ...blocks, halfWeights, tuned });
}

/** Sizes, and what lies otherwise than it usually does; bias and activation change little. */
function tuningKey({ m, n, k, batch = 1, ...flags }: MatmulProblem): string {
  const told = (['transposeX', 'weightKN', 'batchedWeight', 'halfWeights'] as const).filter((flag) => flags[flag]);
  return [`${batch}x${m}x${n}x${k}`, ...told].join(' ');
}

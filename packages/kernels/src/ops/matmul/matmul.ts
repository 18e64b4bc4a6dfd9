import type { AdapterTraits } from '../../runtime/context.ts';
import { badInput } from '../../runtime/errors.ts';
import { defineKernel, linearGrid, type Param, tunedName } from '../../runtime/kernel.ts';
import {
  ACTIVATION_BACKWARD_FLOPS,
  ACTIVATION_FLOPS,
  type Activation,
  activationBackwardFunctions,
  activationFlags,
  activationFunctions,
} from '../activation/activation_functions.ts';
import { type Dropout, dropoutMask, dropoutParams } from '../dropout/dropout_mask.ts';
import source from './matmul.wgsl';
import epilogue from './matmul_epilogue.wgsl';
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
  /** After the activation elements are dropped, as the dropout kernel drops those of y: `draw` is as there. */
  readonly dropout?: Dropout;
  /** The product is the gradient behind an activation, and y that before it. There can be no `activation` then. */
  readonly gate?: Gate;
  /** `residual`, which lies as y, is added last: a residual connection, or a gradient that has other parts. */
  readonly residual?: boolean;
  /** Rows of `residual`, where it is a table that is added again and again: batch·m is a multiple. As many as y has, unless told. */
  readonly residualRows?: number | undefined;
  /** Weights and biases are stored as f16. */
  readonly halfWeights?: boolean;
}

/** y = product · activation′(gate) · scale. */
export interface Gate {
  /** `gate` is what went into it. For relu it may be what came out. */
  readonly activation: Exclude<Activation, 'none'>;
  /**
   * 1 unless told. Where relu was followed by dropout, whose output is above 0 just where both let pass, 1 / (1 − p) with that output as `gate`
   * gives the gradient before both.
   */
  readonly scale?: number;
}

/**
 * y = activate(x · weightᵀ + bias), as torch.nn.Linear with an activation after it; then, as far as the problem says, dropout, the backward of
 * an activation, and a sum, in this order.
 * x [batch,m,k], weight [n,k], bias [n], draw [2] u32, gate and residual [batch,m,n], or residual [residualRows,n] → y [batch,m,n]; see
 * MatmulProblem for the transposed forms.
 * @throws MovtError `bad_input` for a p of dropout that is none, a gate after an activation, and a residual that y's rows are no multiple of
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
    { name: 'y', access: 'read_write', length: lengthOfY },
    { name: 'draw', access: 'read', type: 'u32', length: ({ dropout }) => (dropout ? 2 : 0) },
    { name: 'gate', access: 'read', length: (problem) => (problem.gate ? lengthOfY(problem) : 0) },
    { name: 'residual', access: 'read', length: lengthOfResidual },
  ],
  params: (problem, traits) => {
    const { m, n, k, batch = 1, transposeX, weightKN, batchedWeight, dropout, gate } = problem;
    const tile = tileOf(problem, traits);
    const words = [m, n, k, Math.ceil(m / tile.rows), Math.ceil(n / tile.columns), batch];
    words.push(...(transposeX ? [1, m] : [k, 1]), m * k, ...(weightKN ? [1, n] : [k, 1]), batchedWeight ? n * k : 0);
    const params: Param[] = words.map((u32) => ({ u32 }));
    if (dropout) params.push(...dropoutParams(dropout));
    if (gate) params.push({ f32: gate.scale ?? 1 });
    if (problem.residual && problem.residualRows !== undefined)
      params.push({ u32: lengthOfResidual(problem) / (hasVectors(problem) ? 4 : 1) });
    return params;
  },
  variant: (problem, traits) => {
    const {
      m,
      n,
      batch = 1,
      bias = false,
      activation = 'none',
      dropout,
      gate,
      residual = false,
      residualRows,
    } = problem;
    if (gate && activation !== 'none') {
      throw badInput({
        action: 'planning a product',
        given: `${activation} and a gate of ${gate.activation}`,
        needed: 'one of them',
      });
    }
    if (residualRows !== undefined && (batch * m) % residualRows !== 0) {
      throw badInput({
        action: 'planning a product',
        given: `a residual of ${residualRows} rows for ${batch * m}`,
        needed: 'a multiple of its rows',
      });
    }
    const tile = tileOf(problem, traits);
    const flags = {
      DROPOUT: dropout !== undefined,
      GATE: gate !== undefined,
      RESIDUAL: residual,
      RESIDUAL_REPEATS: residual && residualRows !== undefined,
    };
    const EPILOGUE = Object.values(flags).includes(true);
    return {
      source: [
        tile.source,
        source,
        activationFunctions,
        ...(EPILOGUE ? [epilogue] : []),
        ...(gate ? [activationBackwardFunctions] : []),
        ...(dropout ? [dropoutMask] : []),
      ].join(''),
      flags: {
        ...tile.flags,
        ...activationFlags(gate?.activation ?? activation),
        ...flags,
        EPILOGUE,
        BIAS: bias,
        VEC4: hasVectors(problem),
      },
      overrides: { ...tile.overrides, THREADS: tile.threads, TILE_COLUMNS: tile.columns },
      workgroups: linearGrid(Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns) * batch),
    };
  },
  tuning: { key: tuningKey, ...tileTuning },
  flops: ({ m, n, k, batch = 1, bias, activation = 'none', dropout, gate, residual }) => {
    const parts = [bias, dropout, gate?.scale !== undefined, residual].filter(Boolean).length;
    const slope = gate ? ACTIVATION_BACKWARD_FLOPS[gate.activation] : 0;
    return batch * m * n * (2 * k + ACTIVATION_FLOPS[activation] + slope + parts);
  },
  macs: ({ m, n, k, batch = 1 }) => batch * m * n * k,
});

function lengthOfY({ batch = 1, m, n }: MatmulProblem): number {
  return batch * m * n;
}

function lengthOfResidual(problem: MatmulProblem): number {
  if (!problem.residual) return 0;
  return problem.residualRows === undefined ? lengthOfY(problem) : problem.residualRows * problem.n;
}

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

/** Sizes, and what lies otherwise than it usually does; what is done to the sums changes little. */
function tuningKey({ m, n, k, batch = 1, ...flags }: MatmulProblem): string {
  const told = (['transposeX', 'weightKN', 'batchedWeight', 'halfWeights'] as const).filter((flag) => flags[flag]);
  return [`${batch}x${m}x${n}x${k}`, ...told].join(' ');
}

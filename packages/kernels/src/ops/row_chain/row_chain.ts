import type { AdapterTraits } from '../../runtime/context.ts';
import { badInput } from '../../runtime/errors.ts';
import { defineKernel, linearGrid, type Param } from '../../runtime/kernel.ts';
import {
  ACTIVATION_FLOPS,
  type Activation,
  activationFlags,
  activationFunctions,
} from '../activation/activation_functions.ts';
import { chooseTile } from '../matmul/tile.ts';
import source from './row_chain.wgsl';

/** A matrix inside a buffer: where its first row begins and how far rows lie apart, in elements. */
export interface Rows {
  readonly offset: number;
  readonly stride: number;
}

/** y = activate(x · weightᵀ + bias) + residual. */
export interface LinearStep {
  readonly kind: 'linear';
  readonly x: Rows;
  readonly y: Rows;
  /** Write y to `output` rather than `state`. */
  readonly toOutput?: boolean;
  readonly inner: number;
  readonly columns: number;
  /** Offset of [columns, inner] in `weights`. */
  readonly weight: number;
  /** Offset of [columns] in `weights`. */
  readonly bias: number;
  /** Whether the chain's activation is applied. */
  readonly activated?: boolean;
  readonly residual?: Rows;
}

/** y = layer norm of x, over `columns`. */
export interface NormStep {
  readonly kind: 'norm';
  readonly x: Rows;
  readonly y: Rows;
  readonly columns: number;
  readonly weight: number;
  readonly bias: number;
}

export type RowStep = LinearStep | NormStep;

export interface RowChainProblem {
  readonly rows: number;
  readonly steps: readonly RowStep[];
  readonly activation: Activation;
  readonly eps: number;
  /** Elements of the three buffers, each at least 1: `output` is bound even where no step writes it, so that one pipeline serves all. */
  readonly weightsLength: number;
  readonly stateLength: number;
  readonly outputLength: number;
  /** Weights and biases are stored as f16. */
  readonly halfWeights?: boolean;
}

/** Steps that the uniform block has room for. */
export const MAX_ROW_STEPS = 16;

/**
 * Linear layers and layer norms on rows that do not look at each other, as one dispatch: each step reads rows of `state` and writes
 * rows of `state` or `output`. A linear step's x lies apart from its y; its residual may be y itself, and a norm may work in place.
 */
export const rowChain = defineKernel<RowChainProblem>({
  name: 'row_chain',
  bindings: [
    {
      name: 'weights',
      access: 'read',
      type: ({ halfWeights }) => (halfWeights ? 'f16' : 'f32'),
      length: ({ weightsLength }) => weightsLength,
    },
    { name: 'state', access: 'read_write', length: ({ stateLength }) => stateLength },
    { name: 'output', access: 'read_write', length: ({ outputLength }) => outputLength },
  ],
  params(problem, traits) {
    const { rows, steps, eps } = problem;
    if (steps.length > MAX_ROW_STEPS) {
      throw badInput({
        action: 'planning row_chain',
        given: `${steps.length} steps`,
        needed: `at most ${MAX_ROW_STEPS}`,
        fix: 'Split them over two dispatches.',
      });
    }
    const header: Param[] = [
      { u32: rows },
      { u32: Math.ceil(rows / tileOf(problem, traits).rows) },
      { u32: partsOf(problem, traits) },
      { u32: steps.length },
      { f32: eps },
      { u32: 0 },
      { u32: 0 },
      { u32: 0 },
    ];
    const words = Array.from({ length: MAX_ROW_STEPS }, (_, i) =>
      steps[i] ? stepWords(steps[i]) : new Array(12).fill(0),
    );
    return [...header, ...words.flat().map((u32) => ({ u32 }))];
  },
  variant(problem, traits) {
    const tile = tileOf(problem, traits);
    return {
      source: tile.source + source + activationFunctions,
      flags: { ...tile.flags, ...activationFlags(problem.activation), VEC4: hasVectors(problem) },
      overrides: { ...tile.overrides, THREADS: tile.threads, TILE_COLUMNS: tile.columns },
      workgroups: linearGrid(Math.ceil(problem.rows / tile.rows) * partsOf(problem, traits)),
    };
  },
  flops: ({ rows, steps, activation }) => rows * steps.reduce((sum, step) => sum + stepFlops(step, activation), 0),
  macs: ({ rows, steps }) =>
    rows * steps.reduce((sum, step) => sum + (step.kind === 'linear' ? step.inner * step.columns : 0), 0),
  bytes: chainBytes,
});

/** Rows side by side in wide tiles; a single linear step is cut like any other matrix product. */
function tileOf({ rows, steps, halfWeights = false }: RowChainProblem, traits: AdapterTraits) {
  return chooseTile(traits, {
    rows,
    columns: steps[0].columns,
    wholeRows: !isSplit(steps),
    ownRows: true,
    halfWeights,
  });
}

/** Whether every matrix of the chain has rows of whole vec4s. */
function hasVectors({ steps, weightsLength, stateLength, outputLength }: RowChainProblem): boolean {
  const numbers = steps.flatMap((step) => [
    ...Object.values(step.x),
    ...Object.values(step.y),
    ...Object.values((step.kind === 'linear' && step.residual) || {}),
    ...(step.kind === 'linear' ? [step.inner] : []),
    step.columns,
    step.weight,
    step.bias,
  ]);
  return [...numbers, weightsLength, stateLength, outputLength].every((number) => number % 4 === 0);
}

const isSplit = (steps: readonly RowStep[]) => steps.length === 1 && steps[0].kind === 'linear';

function partsOf(problem: RowChainProblem, traits: AdapterTraits): number {
  return isSplit(problem.steps) ? Math.ceil(problem.steps[0].columns / tileOf(problem, traits).columns) : 1;
}

const NONE = 0xffffffff;

function stepWords(step: RowStep): number[] {
  const { x, y, columns, weight, bias } = step;
  if (step.kind === 'norm') return [2, 0, columns, weight, bias, x.offset, x.stride, y.offset, y.stride, 0, NONE, 0];
  const { inner, activated, toOutput, residual } = step;
  const residualWords = residual ? [residual.offset, residual.stride] : [NONE, 0];
  const kind = activated ? 1 : 0;
  return [
    kind,
    inner,
    columns,
    weight,
    bias,
    x.offset,
    x.stride,
    y.offset,
    y.stride,
    toOutput ? 1 : 0,
    ...residualWords,
  ];
}

/** The parameters that the steps use, and every matrix that one of them reads or writes, once. */
function chainBytes({ rows, steps, halfWeights }: RowChainProblem): number {
  let parameters = 0;
  const matrices = new Map<string, number>();
  for (const step of steps) {
    const { x, y, columns } = step;
    parameters += columns * (step.kind === 'linear' ? step.inner + 1 : 2);
    matrices.set(`state ${x.offset}`, step.kind === 'linear' ? step.inner : columns);
    if (step.kind === 'linear' && step.residual) matrices.set(`state ${step.residual.offset}`, columns);
    matrices.set(`${step.kind === 'linear' && step.toOutput ? 'output' : 'state'} ${y.offset}`, columns);
  }
  const elements = [...matrices.values()].reduce((sum, columns) => sum + rows * columns, 0);
  return parameters * (halfWeights ? 2 : 4) + elements * 4;
}

function stepFlops(step: RowStep, activation: Activation): number {
  if (step.kind === 'norm') return step.columns * 7; // as in layernorm.ts
  return (
    step.columns * (2 * step.inner + 1 + (step.activated ? ACTIVATION_FLOPS[activation] : 0) + (step.residual ? 1 : 0))
  );
}

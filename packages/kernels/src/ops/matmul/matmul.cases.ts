import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { drawDraw } from '../dropout/dropout.cases.ts';
import { matmulReference } from './matmul.reference.ts';
import { type MatmulProblem, matmul } from './matmul.ts';

/** Sums of k products of normal deviates grow as √k, and so does their rounding error. */
const tolerance = ({ k }: MatmulProblem) => ({ rtol: 1e-5, atol: 4e-7 * k ** 0.5 * Math.log2(k + 2) });

const check = (problem: MatmulProblem): KernelCase<MatmulProblem> => ({ problem, tolerance: tolerance(problem) });
const bench = (problem: MatmulProblem): KernelCase<MatmulProblem> => ({ ...check(problem), bench: true });

export const matmulCheck: KernelCheck<MatmulProblem> = {
  kernel: matmul,
  reference: matmulReference,
  tolerance,
  draw: { draw: drawDraw },
  cases: [
    check({ m: 1, n: 1, k: 1, bias: true }),
    check({ m: 1, n: 1, k: 300, bias: true }),
    check({ m: 17, n: 33, k: 15, bias: true }),
    check({ m: 15, n: 31, k: 17, bias: true, activation: 'relu' }),
    check({ m: 65, n: 63, k: 64, transposeX: true, weightKN: true, activation: 'gelu' }),
    check({ m: 16, n: 129, k: 31, transposeX: true, bias: true }),
    check({ m: 33, n: 32, k: 9, weightKN: true, bias: true }),
    check({ m: 7, n: 5, k: 3, batch: 11, bias: true }),
    check({ m: 5, n: 70, k: 18, batch: 3, batchedWeight: true, bias: true }),
    check({ m: 70, n: 6, k: 19, batch: 2, batchedWeight: true, transposeX: true, weightKN: true, bias: true }),
    check({ m: 17, n: 33, k: 15, bias: true, halfWeights: true }),
    // Rows of whole vec4s that do not fill their last stage or tile.
    check({ m: 1, n: 4, k: 4, bias: true }),
    check({ m: 33, n: 68, k: 20, batch: 2, batchedWeight: true, bias: true, activation: 'gelu' }),
    check({ m: 17, n: 36, k: 36, bias: true, halfWeights: true }),
    // The same across k, which need not fill a vec4 where both lie so.
    check({ m: 36, n: 68, k: 19, batch: 2, batchedWeight: true, transposeX: true, weightKN: true, bias: true }),
    check({ m: 33, n: 68, k: 20, weightKN: true, halfWeights: true, bias: true }),
    check({ m: 36, n: 20, k: 20, transposeX: true }),
    // What is done to the sums: alone and together, of single elements and of vec4s, of every form of the operands.
    check({ m: 17, n: 33, k: 15, residual: true }),
    check({ m: 33, n: 36, k: 20, bias: true, residual: true }),
    check({ m: 7, n: 5, k: 3, batch: 11, dropout: { p: 0.5, layer: 1 } }),
    check({ m: 17, n: 36, k: 8, batch: 2, dropout: { p: 0.5, layer: 2 } }),
    check({ m: 15, n: 31, k: 17, bias: true, activation: 'relu', dropout: { p: 0.2, layer: 3 }, residual: true }),
    check({ m: 35, n: 68, k: 20, bias: true, activation: 'gelu', dropout: { p: 0.1, layer: 4 }, residual: true }),
    check({ m: 65, n: 63, k: 31, weightKN: true, gate: { activation: 'relu' } }),
    check({ m: 33, n: 68, k: 20, weightKN: true, gate: { activation: 'relu', scale: 1.25 }, residual: true }),
    check({ m: 17, n: 33, k: 9, transposeX: true, weightKN: true, gate: { activation: 'gelu' } }),
    check({ m: 36, n: 20, k: 20, transposeX: true, weightKN: true, gate: { activation: 'gelu', scale: 2 } }),
    check({ m: 9, n: 7, k: 12, dropout: { p: 0.3, layer: 5 }, gate: { activation: 'gelu_tanh' }, residual: true }),
    check({ m: 9, n: 8, k: 12, dropout: { p: 0.3, layer: 6 }, gate: { activation: 'gelu_tanh' }, residual: true }),
    check({ m: 17, n: 36, k: 36, bias: true, halfWeights: true, dropout: { p: 0.1, layer: 7 }, residual: true }),
    // A table that is added to every clip, its rows ending inside tiles.
    check({ m: 39, n: 33, k: 15, bias: true, residual: true, residualRows: 13 }),
    check({ m: 7, n: 36, k: 20, batch: 6, activation: 'relu', residual: true, residualRows: 14 }),
    // More than 65,535 workgroups.
    { ...check({ m: 2, n: 3, k: 2, batch: 65_537, batchedWeight: true, bias: true }), chosenVariantOnly: true },
    // movt-base: projections, feed-forward, second layer of the motion MLP.
    bench({ m: 60, n: 256, k: 256, bias: true }),
    bench({ m: 60, n: 768, k: 256, bias: true }),
    bench({ m: 60, n: 2048, k: 256, bias: true, activation: 'relu' }),
    bench({ m: 60, n: 256, k: 2048, bias: true }),
    bench({ m: 1920, n: 256, k: 128, bias: true, activation: 'relu' }),
    // Gradients of the last with respect to x and to the weight.
    bench({ m: 1920, n: 128, k: 256, weightKN: true }),
    bench({ m: 256, n: 128, k: 480, batch: 4, batchedWeight: true, transposeX: true, weightKN: true }),
  ],
};

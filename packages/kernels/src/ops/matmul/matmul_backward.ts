import { sumColumns } from '../column_sum/sum_columns.ts';
import { type GradientStep, gradientStep } from '../gradient_steps.ts';
import { type MatmulProblem, matmul } from './matmul.ts';

/** Products whose gradients are known: x lies [m,k]; what an activation does to dy comes before, by a kernel of its own. */
export type MatmulBackwardProblem = Pick<
  MatmulProblem,
  'm' | 'n' | 'k' | 'batch' | 'weightKN' | 'batchedWeight' | 'residualRows'
>;

/** The dispatches that give each gradient of a product, in their order. */
export interface MatmulBackward {
  readonly dx: readonly GradientStep[];
  readonly dweight: readonly GradientStep[];
  readonly dbias: readonly GradientStep[];
  /** Of a residual with rows of its own; that of one that lies as y is dy itself. */
  readonly dresidual?: readonly GradientStep[];
}

/** What follows the product that gives dx; see MatmulProblem. */
export interface MatmulBackwardEpilogue {
  /** x came out of this activation: dx is the gradient of what went in. The operand is named `gate`. */
  readonly gate?: MatmulProblem['gate'];
  /** x has a gradient already, which is added. The operand is named `residual`. */
  readonly residual?: boolean;
}

/** Rows of a slice, at the least, where a sum over rows is cut into slices that are summed in a second stage. */
const SLICE_ROWS = 480;
/** More of them would cost more to sum than they gain. */
const MOST_SLICES = 64;

/**
 * The gradients of y = x · weightᵀ + bias (see matmul): dx = dy · weight, dweight = dyᵀ · x, dbias = Σ dy over rows, and where
 * `residualRows` is told dresidual = Σ dy over repetitions. All are products or sums of the operands as they lie. dx and dweight lie as x and the
 * weight do.
 */
export function matmulBackward(
  problem: MatmulBackwardProblem,
  { gate, residual = false }: MatmulBackwardEpilogue = {},
): MatmulBackward {
  const { n, k, batch = 1, weightKN = false, batchedWeight = false, residualRows } = problem;
  // Batches that share the weight are one tall matrix.
  const batches = batchedWeight ? batch : 1;
  const rows = (problem.m * batch) / batches;
  const dx = gradientStep(
    matmul,
    { m: rows, n: k, k: n, batch: batches, batchedWeight, weightKN: !weightKN, ...(gate && { gate }), residual },
    { x: 'dy', weight: 'weight', y: 'dx', ...(gate && { gate: 'gate' }), ...(residual && { residual: 'residual' }) },
  );
  return {
    dx: [dx],
    dweight: weightGradient(rows, n, k, batches, weightKN),
    dbias: sumColumns({ rows: batch * problem.m, width: n }, 'dy', 'dbias'),
    ...(residualRows !== undefined && {
      dresidual: sumColumns({ rows: (batch * problem.m) / residualRows, width: residualRows * n }, 'dy', 'dresidual'),
    }),
  };
}

/** Sums over very many rows are cut into slices, as batches of one product, so that a GPU has tiles enough to work at. */
function weightGradient(rows: number, n: number, k: number, batch: number, weightKN: boolean): GradientStep[] {
  const slices = batch === 1 ? largestDivisor(rows, Math.min(MOST_SLICES, rows / SLICE_ROWS)) : 1;
  const product: MatmulProblem = {
    ...(weightKN ? { m: k, n } : { m: n, n: k }),
    k: rows / slices,
    batch: batch * slices,
    batchedWeight: true,
    transposeX: true,
    weightKN: true,
  };
  const operands = weightKN ? { x: 'x', weight: 'dy' } : { x: 'dy', weight: 'x' };
  if (slices === 1) return [gradientStep(matmul, product, { ...operands, y: 'dweight' })];
  return [
    gradientStep(matmul, product, { ...operands, y: 'partials' }),
    ...sumColumns({ rows: slices, width: n * k }, 'partials', 'dweight'),
  ];
}

/** The largest whole number up to `most`, but at least 1, that divides `n`. */
function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.floor(most); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}

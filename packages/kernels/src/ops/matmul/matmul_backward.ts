import { type ColumnSumProblem, columnSum } from '../column_sum/column_sum.ts';
import { type MatmulProblem, matmul } from './matmul.ts';

/** Products whose gradients are known: x lies [m,k]; what an activation does to dy comes before, by a kernel of its own. */
export type MatmulBackwardProblem = Pick<MatmulProblem, 'm' | 'n' | 'k' | 'batch' | 'weightKN' | 'batchedWeight'>;

/**
 * One dispatch of a gradient; `operands` names the tensor of each binding: x, weight and dy of the product, the gradient, or `partials`,
 * which the first of two dispatches writes and the second reads.
 */
export type GradientStep =
  | {
      readonly kernel: typeof matmul;
      readonly problem: MatmulProblem;
      readonly operands: Operands<'x' | 'weight' | 'y'>;
    }
  | { readonly kernel: typeof columnSum; readonly problem: ColumnSumProblem; readonly operands: Operands<'x' | 'y'> };

type Operands<Bound extends string> = Readonly<
  Record<Bound, 'x' | 'weight' | 'dy' | 'dx' | 'dweight' | 'dbias' | 'partials'>
>;

/** The dispatches that give each gradient of a product, in their order. */
export interface MatmulBackward {
  readonly dx: readonly GradientStep[];
  readonly dweight: readonly GradientStep[];
  readonly dbias: readonly GradientStep[];
}

/** Rows of a slice, at the least, where a sum over rows is cut into slices that are summed in a second stage. */
const SLICE_ROWS = { product: 480, columns: 256 };
/** More of them would cost more to sum than they gain. */
const MOST_SLICES = 64;

/**
 * The gradients of y = x · weightᵀ + bias (see matmul): dx = dy · weight, dweight = dyᵀ · x, dbias = Σ dy over rows. All are products of the
 * operands as they lie. dx and dweight lie as x and the weight do.
 */
export function matmulBackward(problem: MatmulBackwardProblem): MatmulBackward {
  const { n, k, batch = 1, weightKN = false, batchedWeight = false } = problem;
  // Batches that share the weight are one tall matrix.
  const batches = batchedWeight ? batch : 1;
  const rows = (problem.m * batch) / batches;
  const dx: GradientStep = {
    kernel: matmul,
    problem: { m: rows, n: k, k: n, batch: batches, batchedWeight, weightKN: !weightKN },
    operands: { x: 'dy', weight: 'weight', y: 'dx' },
  };
  return {
    dx: [dx],
    dweight: weightGradient(rows, n, k, batches, weightKN),
    dbias: biasGradient(batch * problem.m, n),
  };
}

/** Sums over very many rows are cut into slices, as batches of one product, so that a GPU has tiles enough to work at. */
function weightGradient(rows: number, n: number, k: number, batch: number, weightKN: boolean): GradientStep[] {
  const slices = batch === 1 ? largestDivisor(rows, Math.min(MOST_SLICES, rows / SLICE_ROWS.product)) : 1;
  const product = (y: 'dweight' | 'partials'): GradientStep => ({
    kernel: matmul,
    problem: {
      ...(weightKN ? { m: k, n } : { m: n, n: k }),
      k: rows / slices,
      batch: batch * slices,
      batchedWeight: true,
      transposeX: true,
      weightKN: true,
    },
    operands: weightKN ? { x: 'x', weight: 'dy', y } : { x: 'dy', weight: 'x', y },
  });
  if (slices === 1) return [product('dweight')];
  return [product('partials'), sumPartials(slices, n * k, 'dweight')];
}

function biasGradient(rows: number, width: number): GradientStep[] {
  const slices = Math.ceil(rows / SLICE_ROWS.columns);
  if (slices === 1) return [{ kernel: columnSum, problem: { rows, width }, operands: { x: 'dy', y: 'dbias' } }];
  const partials: GradientStep = {
    kernel: columnSum,
    problem: { rows, width, slices },
    operands: { x: 'dy', y: 'partials' },
  };
  return [partials, sumPartials(slices, width, 'dbias')];
}

const sumPartials = (rows: number, width: number, y: 'dweight' | 'dbias'): GradientStep => ({
  kernel: columnSum,
  problem: { rows, width },
  operands: { x: 'partials', y },
});

/** The largest whole number up to `most`, but at least 1, that divides `n`. */
function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.floor(most); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}

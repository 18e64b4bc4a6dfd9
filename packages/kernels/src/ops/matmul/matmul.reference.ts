import type { Arrays } from '../../testing/check-kernel.ts';
import { activateBackwardReference, activateReference } from '../activation/activation_functions.reference.ts';
import { dropoutReference } from '../dropout/dropout.reference.ts';
import type { MatmulProblem } from './matmul.ts';
import type { MatmulBackwardProblem } from './matmul_backward.ts';

/** y[b,i,j] = activate(Σ x[b,i,l]·weight[b,j,l] + bias[j]) in float64; then dropout, the gate and the residual of each element. */
export function matmulReference(problem: MatmulProblem, arrays: Arrays): Arrays {
  const { dropout, gate } = problem;
  const product = activatedProduct(problem, arrays);
  const kept = dropout
    ? dropoutReference({ length: product.length, ...dropout }, { x: product, draw: arrays.draw }).y
    : product;
  const y = Float64Array.from(kept, (value, i) => {
    const gated = gate ? activateBackwardReference(gate.activation, value, arrays.gate[i]) * (gate.scale ?? 1) : value;
    return gated + (problem.residual ? arrays.residual[i % arrays.residual.length] : 0);
  });
  return { y };
}

function activatedProduct(problem: MatmulProblem, { x, weight, bias }: Arrays): Float64Array {
  const { m, n, k, batch = 1, transposeX, weightKN, batchedWeight, activation = 'none' } = problem;
  const y = new Float64Array(batch * m * n);
  for (let b = 0; b < batch; b++) {
    const weight0 = batchedWeight ? b * n * k : 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = bias ? bias[j] : 0;
        for (let l = 0; l < k; l++) {
          const left = x[b * m * k + (transposeX ? l * m + i : i * k + l)];
          sum += left * weight[weight0 + (weightKN ? l * n + j : j * k + l)];
        }
        y[(b * m + i) * n + j] = activateReference(activation, sum);
      }
    }
  }
  return y;
}

/**
 * The gradients of matmulReference without an activation, in float64: dx, dweight and dbias lie as x, weight and bias do, and where `residualRows`
 * is told dresidual as the residual.
 */
export function matmulBackwardReference(problem: MatmulBackwardProblem, { x, weight, dy }: Arrays): Arrays {
  const { m, n, k, batch = 1, weightKN, batchedWeight, residualRows } = problem;
  const dx = new Float64Array(batch * m * k);
  const dweight = new Float64Array((batchedWeight ? batch : 1) * n * k);
  const dbias = new Float64Array(n);
  for (let row = 0; row < batch * m; row++) {
    const weight0 = batchedWeight ? Math.floor(row / m) * n * k : 0;
    for (let j = 0; j < n; j++) {
      const slope = dy[row * n + j];
      dbias[j] += slope;
      for (let l = 0; l < k; l++) {
        const at = weight0 + (weightKN ? l * n + j : j * k + l);
        dx[row * k + l] += slope * weight[at];
        dweight[at] += slope * x[row * k + l];
      }
    }
  }
  if (residualRows === undefined) return { dx, dweight, dbias };
  const dresidual = new Float64Array(residualRows * n);
  for (let i = 0; i < batch * m * n; i++) dresidual[i % dresidual.length] += dy[i];
  return { dx, dweight, dbias, dresidual };
}

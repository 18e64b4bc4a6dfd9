import type { Arrays } from '../../testing/check-kernel.ts';
import { activateReference } from '../activation/activation_functions.reference.ts';
import { matmulReference } from '../matmul/matmul.reference.ts';
import { temporalMeanReference } from '../temporal_mean/temporal_mean.reference.ts';
import { velocityReference } from '../velocity/velocity.reference.ts';
import type { VelocityLinearProblem } from './velocity_linear.ts';

/** The ops that are fused here, one after another, in float64. */
export function velocityLinearReference(problem: VelocityLinearProblem, inputs: Arrays): Arrays {
  const { tracks, weight, bias, frames } = inputs;
  const { velocity } = velocityReference(problem, { tracks });
  const rows = { m: problem.batch * problem.frames * problem.points, n: problem.channels, k: 3, bias: true };
  const { y } = matmulReference(rows, { x: velocity, weight, bias });
  const mean = temporalMeanReference(problem, { tracks, frames }).y;
  const position = Float64Array.from({ length: mean.length * 2 }, (_, i) =>
    i % 4 < 2 ? mean[(i >> 2) * 2 + (i % 4)] : 0,
  );
  return { y: Float64Array.from(y, (value) => activateReference('relu', value)), position };
}

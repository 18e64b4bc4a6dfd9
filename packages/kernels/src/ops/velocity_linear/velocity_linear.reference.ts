import type { Arrays } from '../../testing/check-kernel.ts';
import { activateReference } from '../activation/activation_functions.reference.ts';
import { matmulReference } from '../matmul/matmul.reference.ts';
import { temporalMeanReference } from '../temporal_mean/temporal_mean.reference.ts';
import { velocityReference } from '../velocity/velocity.reference.ts';
import type { VelocityLinearProblem } from './velocity_linear.ts';
import type { VelocityLinearBackwardProblem } from './velocity_linear_backward.ts';

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

/** dy where the ReLU let something through. */
function throughRelu({ dy, y }: Arrays): Float64Array {
  const gradient = new Float64Array(dy.length);
  for (let i = 0; i < dy.length; i++) gradient[i] = y[i] > 0 ? dy[i] : 0;
  return gradient;
}

/** Its backward for the tracks, in float64. dy, y [B,T,N,C], weight [C,3], frames [B], dposition [B,N,4] → dtracks [B,T,N,3] */
export function velocityLinearBackwardReference(problem: VelocityLinearBackwardProblem, inputs: Arrays): Arrays {
  const { batch, frames, points, channels } = problem;
  const gradient = throughRelu(inputs);
  const dtracks = new Float64Array(batch * frames * points * 3);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < frames; t++) {
      for (let n = 0; n < points; n++) {
        const at = (b * frames + t) * points + n;
        for (let input = 0; input < 3; input++) {
          let sum = 0;
          for (let c = 0; c < channels; c++) sum += gradient[at * channels + c] * inputs.weight[c * 3 + input];
          // An occlusion is used as it is; a place in its own velocity and, with the other sign, in the one after.
          if (input === 2 || t > 0) dtracks[at * 3 + input] += sum;
          if (input < 2 && t > 0) dtracks[(at - points) * 3 + input] -= sum;
          if (input < 2 && t < inputs.frames[b])
            dtracks[at * 3 + input] += inputs.dposition[(b * points + n) * 4 + input] / inputs.frames[b];
        }
      }
    }
  }
  return { dtracks };
}

/** Its backward for the parameters, in float64. dy, y [B,T,N,C], tracks [B,T,N,3] → dweight [C,3], dbias [C] */
export function velocityLinearParametersBackwardReference(
  problem: VelocityLinearBackwardProblem,
  inputs: Arrays,
): Arrays {
  const { channels } = problem;
  const gradient = throughRelu(inputs);
  const { velocity } = velocityReference(problem, inputs);
  const dweight = new Float64Array(channels * 3);
  const dbias = new Float64Array(channels);
  for (let i = 0; i < gradient.length; i++) {
    const c = i % channels;
    dbias[c] += gradient[i];
    for (let input = 0; input < 3; input++)
      dweight[c * 3 + input] += gradient[i] * velocity[((i - c) / channels) * 3 + input];
  }
  return { dweight, dbias };
}

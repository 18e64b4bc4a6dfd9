import type { Arrays } from '../../testing/check-kernel.ts';
import type { GaussianPyramidProblem } from './gaussian_pyramid.ts';

const TAPS = [1, 4, 6, 4, 1];

/** images [length] packed RGBA → the same with the coarser level filled: a separable binomial filter, rounded to 8 bits. */
export function gaussianPyramidReference({ finer, coarser }: GaussianPyramidProblem, inputs: Arrays): Arrays {
  const images = Uint32Array.from(inputs.images!);
  for (let y = 0; y < coarser.height; y++) {
    for (let x = 0; x < coarser.width; x++) {
      let packed = 0;
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let dy = -2; dy <= 2; dy++) {
          for (let dx = -2; dx <= 2; dx++) {
            const sourceX = Math.min(Math.max(2 * x + dx, 0), finer.width - 1);
            const sourceY = Math.min(Math.max(2 * y + dy, 0), finer.height - 1);
            const pixel = images[finer.offset + sourceY * finer.width + sourceX]!;
            sum += (TAPS[dx + 2]! / 16) * (TAPS[dy + 2]! / 16) * ((pixel >>> (8 * channel)) & 255);
          }
        }
        packed += Math.floor(sum + 0.5) * 256 ** channel;
      }
      images[coarser.offset + y * coarser.width + x] = packed;
    }
  }
  return { images };
}

import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { gaussianPyramidReference } from './gaussian_pyramid.reference.ts';
import { type GaussianPyramidProblem, gaussianPyramid } from './gaussian_pyramid.ts';
import { pyramidLevels } from './pyramid.ts';

/** Random words around and in the picture: a read or write beyond it shows. */
function problem(width: number, height: number, offset: number): GaussianPyramidProblem {
  const [finer, coarser] = pyramidLevels(offset, width, height, 2);
  return { finer: finer!, coarser: coarser!, length: coarser!.offset + coarser!.width * coarser!.height + 3 };
}

const exact = { rtol: 0, atol: 0 };
const sizes: readonly [width: number, height: number, offset: number][] = [
  [1, 1, 0],
  [2, 1, 5],
  [1, 7, 1],
  [13, 5, 7],
  [16, 16, 0],
  [9, 33, 2],
  [130, 2, 3],
];

export const gaussianPyramidCheck: KernelCheck<GaussianPyramidProblem> = {
  kernel: gaussianPyramid,
  reference: gaussianPyramidReference,
  draw: { images: (random, { length }) => Array.from({ length }, () => random.integer(0, 2 ** 32 - 1)) },
  cases: [
    ...sizes.map((size): KernelCase<GaussianPyramidProblem> => ({ problem: problem(...size), tolerance: exact })),
    { problem: problem(854, 480, 0), tolerance: exact, bench: true },
  ],
};

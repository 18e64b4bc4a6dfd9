import type { KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { PATCH_SIDE } from '../klt/window.ts';
import { queryPatchesReference } from './query_patches.reference.ts';
import { type QueryPatchesProblem, queryPatches } from './query_patches.ts';

function problem(width: number, height: number, points: number): QueryPatchesProblem {
  const patches = 5 + width * height;
  return { frame: { offset: 5, width, height }, patches, points, length: patches + points * PATCH_SIDE ** 2 + 3 };
}

const sizes: readonly [width: number, height: number, points: number][] = [
  [1, 1, 1],
  [7, 5, 3],
  [40, 31, 17],
];

export const queryPatchesCheck: KernelCheck<QueryPatchesProblem> = {
  kernel: queryPatches,
  reference: queryPatchesReference,
  draw: {
    images: (random, { length }) => Array.from({ length }, () => random.integer(0, 2 ** 32 - 1)),
    // Inside the frame and beyond each of its edges, of age −1, 0 and 1.
    points: (random, { points, frame }) =>
      Array.from({ length: points }, () => [
        random.uniform(1, -10, frame.width + 10)[0]!,
        random.uniform(1, -10, frame.height + 10)[0]!,
        random.integer(0, 1),
        random.integer(-1, 1),
        ...random.normal(2),
      ]).flat(),
  },
  cases: [
    ...sizes.map(
      (size): KernelCase<QueryPatchesProblem> => ({ problem: problem(...size), tolerance: { rtol: 0, atol: 0 } }),
    ),
    { problem: problem(854, 480, 400), tolerance: { rtol: 0, atol: 0 }, bench: true },
  ],
};

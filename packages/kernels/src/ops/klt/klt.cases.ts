import type { Random } from '../../runtime/random.ts';
import type { Arrays, KernelCase, KernelCheck } from '../../testing/check-kernel.ts';
import { gaussianPyramidReference } from '../gaussian_pyramid/gaussian_pyramid.reference.ts';
import { pyramidLength, pyramidLevels } from '../gaussian_pyramid/pyramid.ts';
import { queryPatchesReference } from '../query_patches/query_patches.reference.ts';
import { kltReference } from './klt.reference.ts';
import { type KltProblem, klt, POINT_SIZE } from './klt.ts';
import { PATCH_SIDE } from './window.ts';

function problem(width: number, height: number, levels: number, points: number): KltProblem {
  const previous = 3;
  const next = previous + pyramidLength(width, height, levels);
  const patches = next + pyramidLength(width, height, levels);
  return { width, height, levels, points, previous, next, patches, length: patches + points * PATCH_SIDE ** 2 + 1 };
}

/** Query n, [x, y]: spread evenly (R2 sequence), up to six pixels beyond the edges too. */
function query(n: number, { width, height }: KltProblem): [x: number, y: number] {
  const spread = (ratio: number, size: number) => ((ratio * (n + 1)) % 1) * (size + 11) - 6;
  return [spread(0.7548776662466927, width), spread(0.5698402909980532, height)];
}

/** A smooth random texture, moved by up to three pixels a level; each third point gets noise for a query patch and must not be recognised. */
function drawImages(random: Random, problem: KltProblem): Uint32Array {
  const { width, height, levels, points, length, previous, next, patches } = problem;
  const images = new Uint32Array(length);
  // A window that lies mostly beyond the edges has nothing to tell where a texture has gone.
  const reach = Math.min(width, height) < 32 ? 0 : 1.5 * 2 ** (levels - 1);
  const [dx, dy] = random.uniform(2, -reach, reach);
  const waves = Array.from({ length: 20 }, () => ({
    frequency: random.uniform(2, -0.8, 0.8),
    phase: random.uniform(4, 0, 2 * Math.PI),
  }));
  const paint = (offset: number, shiftX: number, shiftY: number) => {
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [(i % width) - shiftX, Math.floor(i / width) - shiftY];
      let word = 0;
      for (let c = 0; c < 4; c++) {
        const level = waves.reduce(
          (s, { frequency, phase }) => s + Math.sin(frequency[0]! * x + frequency[1]! * y + phase[c]!),
          0,
        );
        word += Math.round(Math.min(Math.max(128 + 25 * level, 0), 255)) * 256 ** c;
      }
      images[offset + i] = word;
    }
    for (const [i, coarser] of pyramidLevels(offset, width, height, levels).entries()) {
      if (i === 0) continue;
      const finer = pyramidLevels(offset, width, height, levels)[i - 1]!;
      images.set(gaussianPyramidReference({ length, finer, coarser }, { images }).images as Uint32Array);
    }
  };
  paint(previous, 0, 0);
  paint(next, dx!, dy!);

  const atQueries = Array.from({ length: points }, (_, n) => [...query(n, problem), 0, 0, 0, 0]).flat();
  const frame = { offset: previous, width, height };
  images.set(
    queryPatchesReference({ length, frame, patches, points }, { images, points: atQueries }).images as Uint32Array,
  );
  for (let n = 0; n < points; n += 3) {
    for (let i = 0; i < PATCH_SIDE ** 2; i++)
      images[patches + n * PATCH_SIDE ** 2 + i] = random.integer(0, 2 ** 32 - 1);
  }
  return images;
}

/** Points near their queries, visible and occluded, some of them still waiting. */
function drawPoints(random: Random, problem: KltProblem): number[] {
  return Array.from({ length: problem.points }, (_, n) => {
    const [x, y] = query(n, problem);
    const [dx, dy] = random.uniform(2, -0.4, 0.4);
    return [x + dx!, y + dy!, random.integer(0, 1), random.integer(-2, 5), ...random.uniform(2, -3, 3)];
  }).flat();
}

const drawQueries = (_: Random, problem: KltProblem) =>
  Array.from({ length: problem.points }, (_, n) => query(n, problem)).flat();

const tolerance = { rtol: 0, atol: 0.02 };

/**
 * Pixels by which a point's start is moved to see whether what becomes of it hangs on a hair. Many: a point that two answers draw with equal
 * force shows only one of them to a few.
 */
const NUDGES = [0.0005, 0.002].flatMap((r) => [
  [r, 0],
  [-r, 0],
  [0, r],
  [0, -r],
  [r, r],
  [-r, r],
  [r, -r],
  [-r, -r],
]);
/** Of a case's points at most this share may do so, or the case would test too little. */
const MOST_DOUBTFUL = 0.4;

/** Points whose answer in float64 changes by half the tolerance when they start a nudge away: a step that just sufficed, a correlation at its threshold. */
function doubtfulPoints(
  problem: KltProblem,
  inputs: Arrays,
  { moved }: Arrays,
): (output: string, i: number) => boolean {
  const doubtful = new Set<number>();
  for (const nudge of NUDGES) {
    const points = Float64Array.from(inputs.points, (value, i) => value + (nudge[i % POINT_SIZE] ?? 0));
    const other = kltReference(problem, { ...inputs, points }).moved;
    for (let i = 0; i < moved.length; i++) {
      if (Math.abs(other[i] - moved[i]) > tolerance.atol / 2) doubtful.add(Math.floor(i / POINT_SIZE));
    }
  }
  if (doubtful.size > Math.max(2, MOST_DOUBTFUL * problem.points)) {
    throw new Error(`klt: ${doubtful.size} of ${problem.points} points hang on a hair: this draw tests too little`);
  }
  return (_, i) => doubtful.has(Math.floor(i / POINT_SIZE));
}

export const kltCheck: KernelCheck<KltProblem> = {
  kernel: klt,
  reference: kltReference,
  doubtful: doubtfulPoints,
  draw: { images: drawImages, queries: drawQueries, points: drawPoints },
  cases: [
    { problem: problem(1, 1, 1, 1), tolerance },
    { problem: problem(5, 3, 1, 4), tolerance },
    { problem: problem(9, 40, 2, 7), tolerance },
    { problem: problem(41, 37, 1, 9), tolerance },
    { problem: problem(131, 117, 3, 65), tolerance },
    { problem: problem(854, 480, 4, 60), tolerance, bench: true },
  ],
};

/** No texture at all: every matrix is singular, every followed point stays where it is and is occluded. */
export const kltFlatCheck: KernelCheck<KltProblem> = {
  ...kltCheck,
  draw: {
    ...kltCheck.draw,
    images: (random, { length }) => new Uint32Array(length).fill(random.integer(0, 2 ** 32 - 1)),
  },
  cases: [[33, 20, 2, 5] as const].map((sizes): KernelCase<KltProblem> => ({ problem: problem(...sizes), tolerance })),
};

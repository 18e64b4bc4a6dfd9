import type { KernelCheck } from '../../testing/check-kernel.ts';
import { crossEntropyReference } from './cross_entropy.reference.ts';
import { type CrossEntropyProblem, crossEntropy } from './cross_entropy.ts';

/** Beside plain rows: far from zero, and so sure that all other classes' shares vanish. */
const ROW_KINDS = [
  (value: number) => value,
  (value: number) => value + 1e3,
  (value: number, c: number) => (c === 0 ? 90 : value),
];

/** A gradient is a share of one clip's: far below the usual absolute tolerance. */
const tolerance = { rtol: 1e-5, atol: 2e-7 };

export const crossEntropyCheck: KernelCheck<CrossEntropyProblem> = {
  kernel: crossEntropy,
  reference: crossEntropyReference,
  tolerance: () => tolerance,
  draw: {
    logits: (random, { batch, classes }) =>
      random
        .normal(batch * classes)
        .map((value, i) => ROW_KINDS[Math.floor(i / classes) % ROW_KINDS.length](value, i % classes)),
    labels: (random, { batch, classes }) => Array.from({ length: batch }, () => random.integer(0, classes - 1)),
    scale: (random) => random.uniform(1, 0.25, 1),
  },
  cases: [
    { problem: { batch: 1, classes: 1, smoothing: 0.1 }, tolerance },
    { problem: { batch: 3, classes: 2, smoothing: 0 }, tolerance },
    { problem: { batch: 31, classes: 7, smoothing: 0.1 }, tolerance },
    { problem: { batch: 257, classes: 3, smoothing: 1 }, tolerance },
    { problem: { batch: 33, classes: 33, smoothing: 0.2 }, tolerance },
    { problem: { batch: 5, classes: 1000, smoothing: 0.1 }, tolerance },
    {
      // Tracks that went astray are seen: one NaN among the logits is a NaN loss.
      problem: { batch: 6, classes: 5, smoothing: 0 },
      tolerance,
      draw: { logits: (random) => random.normal(30).map((value, i) => (i === 12 ? NaN : value)) },
    },
    { problem: { batch: 32, classes: 12, smoothing: 0.1 }, tolerance, bench: true },
  ],
};

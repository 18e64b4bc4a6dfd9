import type { KernelCheck } from '../../testing/check-kernel.ts';
import type { Rows } from '../row_reduction/row_reduction.ts';
import { softmaxReference } from './softmax.reference.ts';
import { softmax } from './softmax.ts';

/** Beside plain rows: far from zero, spread wide, partly −∞ (a mask), and the three that give NaN throughout. */
const ROW_KINDS = [
  (value: number) => value,
  (value: number) => value + 1e4,
  (value: number) => value * 30,
  (value: number, i: number) => (i % 3 === 1 ? -Infinity : value),
  () => -Infinity,
  (value: number, i: number) => (i === 1 ? Infinity : value),
  (value: number, i: number) => (i === 1 ? NaN : value),
];

/** A share of a row of 4096 is far below the usual absolute tolerance; 1e-37 is about the least f32. */
const RELATIVE = { rtol: 1e-5, atol: 1e-37 };

export const softmaxCheck: KernelCheck<Rows> = {
  kernel: softmax,
  reference: softmaxReference,
  draw: {
    x: (random, { rows, width }) =>
      random
        .normal(rows * width)
        .map((value, i) => ROW_KINDS[Math.floor(i / width) % ROW_KINDS.length](value, i % width)),
  },
  cases: [
    { problem: { rows: 1, width: 1 }, tolerance: RELATIVE },
    { problem: { rows: 8, width: 2 }, tolerance: RELATIVE },
    { problem: { rows: 15, width: 31 }, tolerance: RELATIVE },
    { problem: { rows: 7, width: 63 }, tolerance: RELATIVE },
    { problem: { rows: 65, width: 65 }, tolerance: RELATIVE },
    { problem: { rows: 9, width: 257 }, tolerance: RELATIVE },
    { problem: { rows: 14, width: 1023 }, tolerance: RELATIVE },
    { problem: { rows: 8, width: 4099 }, tolerance: RELATIVE },
    // More than 65,535 workgroups where a row has one to itself.
    { problem: { rows: 65543, width: 3 }, tolerance: RELATIVE, chosenVariantOnly: true },
    { problem: { rows: 480, width: 60 }, tolerance: RELATIVE, bench: true },
    { problem: { rows: 2048, width: 256 }, tolerance: RELATIVE, bench: true },
  ],
};

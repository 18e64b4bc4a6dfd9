import { MOTION_CLASSES } from './classes.ts';

/** Rounds of the twelve classes that train, then those that validate, then those that test; and so on. */
export type Rounds = readonly [train: number, validation: number, test: number];

/** What clip `clip` is for: 0 train, 1 validation, 2 test. Every part has as many clips of each class. */
export function partOf(clip: number, [train, validation, test]: Rounds): number {
  const round = Math.floor(clip / MOTION_CLASSES.length) % (train + validation + test);
  return round < train ? 0 : round < train + validation ? 1 : 2;
}

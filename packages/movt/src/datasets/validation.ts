import { badInput, fnv1a } from '@movt/kernels';
import { shuffled } from '../shuffle.ts';
import type { ClipSet } from './clip-set.ts';

const STREAM = fnv1a('validation');

/**
 * Moves a share of the training clips to validation, of each class alike; clips of one group stay together. Where the
 * set has no split all of it was for training.
 *
 * @param fraction Of the training clips, above 0 and below 1.
 * @param seed Draws which.
 * @throws MovtError bad_input where that would leave training or validation without a clip
 */
export function splitValidation<Clip>(set: ClipSet<Clip>, fraction: number, seed: number): ClipSet<Clip> {
  const split = set.split ?? set.clips.map(() => 0);
  const units = new Map<string, number[]>();
  for (const [s, part] of split.entries()) {
    if (part !== 0) continue;
    const unit = set.group ? `group ${set.group[s]}` : `clip ${s}`;
    units.set(unit, [...(units.get(unit) ?? []), s]);
  }
  const classOf = (s: number) => set.labels?.[s] ?? 0;
  // How many clips of each class are still to be moved; below 0 where too many were.
  const wanted = new Map<number, number>();
  for (const s of [...units.values()].flat()) wanted.set(classOf(s), (wanted.get(classOf(s)) ?? 0) + fraction);

  const moved = new Set<number>();
  for (const unit of shuffled([...units.values()], seed, STREAM, 0)) {
    const counts = new Map<number, number>();
    for (const s of unit) counts.set(classOf(s), (counts.get(classOf(s)) ?? 0) + 1);
    const change = [...counts].reduce((sum, [label, count]) => {
      const now = wanted.get(label)!;
      return sum + Math.abs(now - count) - Math.abs(now);
    }, 0);
    if (change >= 0) continue;
    for (const s of unit) moved.add(s);
    for (const [label, count] of counts) wanted.set(label, wanted.get(label)! - count);
  }
  const trainCount = [...units.values()].flat().length;
  if (moved.size === 0 || moved.size === trainCount) {
    throw badInput({
      action: 'choosing clips for validation',
      given: `${fraction} of ${trainCount} training clips in ${units.size} ${set.group ? 'groups' : 'units'}`,
      needed: 'a fraction that leaves both parts at least one clip',
    });
  }
  return { ...set, split: split.map((part, s) => (moved.has(s) ? 1 : part)) };
}

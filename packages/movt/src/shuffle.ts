import { philox } from '@movt/kernels';

/**
 * The items in an order that (seed, stream, round) decide alone: each item's key is a random function of its place, so no generator has a
 * state that a resumed run would have to find again.
 */
export function shuffled<T>(items: readonly T[], seed: number, stream: number, round: number): T[] {
  const keyed = items.map((item, i) => ({ item, i, key: philox([i, round, 0, 0], [seed, stream]) }));
  keyed.sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || a.i - b.i);
  return keyed.map(({ item }) => item);
}

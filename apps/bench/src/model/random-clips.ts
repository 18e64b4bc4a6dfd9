import { createRandom } from '@movt/kernels';
import type { Tracks } from 'movt';

/** Clips of T frames and N points at random places, a tenth of them occluded: the same ones for the same size of batch. */
export function drawClips(batch: number, T: number, N: number): Tracks[] {
  const random = createRandom(batch);
  return Array.from({ length: batch }, () => {
    const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.8) : value));
    return { data, T, N };
  });
}

import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';

/** The rows of one clip as they came, by column. */
export interface ClipRows {
  frames: number[];
  /** Indices into the names of the points. */
  points: number[];
  /** x, y, occluded of each row. */
  values: number[];
}

/**
 * Puts the rows of a clip into frames and points. Points are in order of their numbers where all names are numbers, or
 * else as the file first names them, so that a point has one place in all clips that have the same points.
 *
 * @param names Of all points of the file.
 * @param where What the message calls the clip.
 * @throws MovtError bad_input for a point that a frame lacks or has twice, and for a frame that is left out
 */
export function toTracks({ frames, points, values }: ClipRows, names: readonly string[], where: string): Tracks {
  const order = pointOrder(points, names);
  const N = order.length;
  const rank = new Map(order.map((point, n) => [point, n]));
  const sorted = frames.map((_, row) => row);
  sorted.sort((a, b) => frames[a] - frames[b] || rank.get(points[a])! - rank.get(points[b])!);

  const refuse = (given: string) =>
    badInput({ action: `reading ${where}`, given, needed: 'each point once in each frame' });
  const describe = (frame: number, point: number) => `frame ${frame}, point ${names[point].slice(0, 80)}`;
  const data = new Float32Array(sorted.length * 3);
  for (const [k, row] of sorted.entries()) {
    // Where nothing is missing the k-th row is this one: no array is made for what a file only claims to have.
    const frame = frames[sorted[0]] + Math.floor(k / N);
    const point = order[k % N];
    if (frames[row] !== frame || points[row] !== point) {
      const before = sorted[k - 1];
      const isTwice = k > 0 && frames[before] === frames[row] && points[before] === points[row];
      throw refuse(
        isTwice ? `two rows for ${describe(frames[row], points[row])}` : `no row for ${describe(frame, point)}`,
      );
    }
    for (let axis = 0; axis < 3; axis++) data[k * 3 + axis] = values[row * 3 + axis];
  }
  const over = sorted.length % N;
  if (over) throw refuse(`no row for ${describe(frames[sorted.at(-1)!], order[over])}`);
  return { data, T: sorted.length / N, N };
}

/** The points of a clip, each once, in their order. */
function pointOrder(points: readonly number[], names: readonly string[]): number[] {
  const order = [...new Set(points)];
  const areNumbers = order.every((point) => /^-?\d+$/.test(names[point]));
  return order.sort((a, b) => (areNumbers ? Number(names[a]) - Number(names[b]) : a - b));
}

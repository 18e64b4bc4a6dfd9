import { badInput, limitExceeded } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';

/** What the numbers of a point are: x, y and perhaps z (not used), o (1 = occluded) or v (1 = visible). */
export const AXES = ['xy', 'xyz', 'xyo', 'xyv'] as const;
export type Axes = (typeof AXES)[number];

/** Whether `value` is one of `AXES`. */
export function isAxes(value: unknown): value is Axes {
  return AXES.includes(value as Axes);
}

/** A tracks file of more points than these could not be read again: 12 bytes a point, at most 2 GiB. */
const MAX_POINTS = Math.floor((2 ** 31 - 2 ** 24) / 12);

/**
 * Checks a shape [S,T,N,..] before anything is allocated for it.
 *
 * @throws MovtError bad_input for no clip, frame or point, limit_exceeded where a tracks file cannot hold so much
 */
export function checkShape(shape: readonly number[], source: string): void {
  if (shape.some((size) => size < 1)) {
    const needed = 'at least one clip, two frames and one point';
    throw badInput({ action: `reading ${source}`, given: `shape [${shape}]`, needed });
  }
  const points = shape[0] * shape[1] * shape[2];
  if (points <= MAX_POINTS) return;
  throw limitExceeded({
    action: `reading ${source}`,
    given: `${shape.slice(0, 3).join('×')} points`,
    needed: `at most ${MAX_POINTS} in clips × frames × points`,
    fix: 'Convert it in parts: a folder of tracks files is one data set.',
  });
}

/**
 * Clips of x, y, occluded from rows of `axes`; the coordinates stay what they are. The clips are views of one array.
 *
 * @param values [S,T,N,axes], row-major, of a shape that `checkShape` allows.
 * @param source The file's name, for messages.
 * @throws MovtError bad_input for a third number that is neither 0 nor 1 where it should tell what is visible
 */
export function toClips(values: Float32Array, shape: readonly number[], axes: Axes, source: string): Tracks[] {
  const [S, T, N] = shape;
  const data = new Float32Array(S * T * N * 3);
  const step = axes.length;
  for (let point = 0; point < S * T * N; point++) {
    data[point * 3] = values[point * step];
    data[point * 3 + 1] = values[point * step + 1];
    if (axes === 'xy' || axes === 'xyz') continue;
    const flag = values[point * step + 2];
    if (flag !== 0 && flag !== 1) {
      throw badInput({
        action: `reading ${source}`,
        given: `${axes === 'xyo' ? 'occluded' : 'visible'} = ${flag} at ${describePoint(point, T, N)}`,
        needed: '0 or 1',
        fix: 'Where the third number of a point is its depth, say --axes xyz.',
      });
    }
    data[point * 3 + 2] = axes === 'xyo' ? flag : 1 - flag;
  }
  return Array.from({ length: S }, (_, s) => ({ data: data.subarray(s * T * N * 3, (s + 1) * T * N * 3), T, N }));
}

function describePoint(index: number, T: number, N: number): string {
  return `clip ${Math.floor(index / N / T)}, frame ${Math.floor(index / N) % T}, point ${index % N}`;
}

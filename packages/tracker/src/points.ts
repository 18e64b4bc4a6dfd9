import { badInput, createRandom, limitExceeded } from '@movt/kernels';

/** A point to track: where it is in one frame. */
export interface Query {
  /** Index among the decoded frames, from 0. */
  frame: number;
  /** Pixels; whole numbers are pixel centres. */
  x: number;
  y: number;
}

/** Where query points come from. */
export type PointsSpec =
  | { kind: 'grid'; columns: number; rows: number }
  | { kind: 'mask'; file: string; count: number }
  | { kind: 'list'; file: string };

/** Points of a mask where its number is left out: MovT's own choice of about 60, as a square. */
const DEFAULT_MASK_POINTS = 64;
const MAX_POINTS = 2 ** 20;

/** Reads `grid:8x8`, `mask:FILE`, `mask:FILE:N` or `list:FILE`. Throws bad_input for anything else. */
export function parsePointsSpec(text: string): PointsSpec {
  const grid = /^grid:(\d{1,4})x(\d{1,4})$/.exec(text);
  if (grid && Number(grid[1]) > 0 && Number(grid[2]) > 0) {
    return { kind: 'grid', columns: checkCount(Number(grid[1])), rows: checkCount(Number(grid[2])) };
  }
  const mask = /^mask:(.+?)(?::(\d+))?$/.exec(text);
  if (mask && mask[2] !== '0') {
    return { kind: 'mask', file: mask[1], count: checkCount(Number(mask[2] ?? DEFAULT_MASK_POINTS)) };
  }
  const list = /^list:(.+)$/.exec(text);
  if (list) return { kind: 'list', file: list[1] };
  throw badInput({
    action: 'reading the points to track',
    given: `'${text}'`,
    needed: 'grid:COLUMNSxROWS, mask:FILE[:COUNT] or list:FILE',
  });
}

/**
 * Centres of columns × rows equal cells of a picture, row by row, queried in frame 0.
 *
 * @throws MovtError bad_input for more columns or rows than the picture has pixels.
 */
export function gridPoints(columns: number, rows: number, width: number, height: number): Query[] {
  const count = checkCount(columns * rows);
  if (columns > width || rows > height) {
    throw badInput({
      action: 'laying out the grid of points',
      given: `${columns}x${rows} points for ${width}×${height} pixels`,
      needed: 'no more columns than the picture is wide, and no more rows than it is high',
    });
  }
  return Array.from({ length: count }, (_, i) => ({
    frame: 0,
    // A picture reaches from −0.5 to width − 0.5 where whole numbers are pixel centres.
    x: (((i % columns) + 0.5) * width) / columns - 0.5,
    y: ((Math.floor(i / columns) + 0.5) * height) / rows - 0.5,
  }));
}

/**
 * `count` different pixels drawn uniformly from those inside a mask, queried in frame 0.
 *
 * @param mask RGBA [height, width, 4]; a pixel is inside where it is neither black nor transparent.
 * @param source The mask's name, for messages.
 * @throws MovtError bad_input where the mask has fewer than `count` pixels inside.
 */
export function maskPoints(
  mask: { width: number; height: number; data: Uint8Array },
  count: number,
  seed: number,
  source: string,
): Query[] {
  const { width, height, data } = mask;
  const inside: number[] = [];
  for (let i = 0; i < width * height; i++) {
    if ((data[i * 4] || data[i * 4 + 1] || data[i * 4 + 2]) && data[i * 4 + 3]) inside.push(i);
  }
  if (inside.length < checkCount(count)) {
    const given = inside.length
      ? `a mask of ${inside.length} pixels`
      : 'a mask with no pixel inside (all are black or transparent)';
    throw badInput({ action: `taking ${count} points from ${source}`, given, needed: `at least ${count} pixels` });
  }
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    // Fisher–Yates, stopped after `count` steps.
    const other = random.integer(i, inside.length - 1);
    const pixel = inside[other];
    inside[other] = inside[i];
    return { frame: 0, x: pixel % width, y: Math.floor(pixel / width) };
  });
}

/**
 * Reads a list of points: CSV, a line `frame,x,y` in pixels for each; a first line that reads so and empty lines are
 * skipped.
 *
 * @param clip Size of the picture, and the number of frames where it is known.
 * @param source The file's name, for messages.
 * @throws MovtError bad_input naming the line that is not such a point, or lies outside the clip.
 */
export function listPoints(
  text: string,
  clip: { width: number; height: number; frameCount: number },
  source: string,
): Query[] {
  const { width, height, frameCount } = clip;
  const queries: Query[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const cells = line.split(',').map((cell) => cell.trim());
    if (line.trim() === '' || (i === 0 && cells.join() === 'frame,x,y')) continue;
    const [frame, x, y] = cells.map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    const isInside = x >= 0 && x < width && y >= 0 && y < height;
    if (cells.length !== 3 || !Number.isInteger(frame) || frame < 0 || frame >= frameCount || !isInside) {
      throw badInput({
        action: `reading line ${i + 1} of ${source}`,
        given: `'${line.slice(0, 80)}'`,
        needed: `frame,x,y with a frame of 0 … ${frameCount - 1}, 0 ≤ x < ${width} and 0 ≤ y < ${height}`,
      });
    }
    queries.push({ frame, x, y });
    checkCount(queries.length);
  }
  if (queries.length === 0)
    throw badInput({ action: `reading ${source}`, given: 'no point', needed: 'a line frame,x,y' });
  return queries;
}

function checkCount(count: number): number {
  if (count <= MAX_POINTS) return count;
  throw limitExceeded({ action: 'placing points', given: `${count} points`, needed: `at most ${MAX_POINTS}` });
}

import { badInput } from '@movt/kernels';
import type { Box } from '../pixt/sample-box.ts';
import { shown } from '../validate.ts';

/** Boxes of a video's frames, by its id; null where nothing is to be seen of what they bound. */
export type Boxes = ReadonlyMap<string, readonly (Box | null)[]>;

/**
 * Reads `boxes.json`: `{ "id": [[x0, y0, x1, y1] or null, …], … }`, a box a frame of the video; pixels, the picture reaching from 0 to its
 * width.
 *
 * @throws MovtError bad_input that names the video and the frame
 */
export function parseBoxes(text: string, source: string): Boxes {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badInput({ action: `reading ${source}`, given: 'no JSON object', needed: '{ "id": [[x0, y0, x1, y1], …] }' });
  }
  return new Map(
    Object.entries(value).map(([id, rows]) => {
      const video = `the boxes of ${shown(id)} in ${source}`;
      if (!Array.isArray(rows) || rows.length === 0) {
        throw badInput({ action: `reading ${video}`, given: shown(rows), needed: 'a list with a box for every frame' });
      }
      return [id, rows.map((row, t) => parseBox(row, `${video}, frame ${t}`))];
    }),
  );
}

function parseBox(row: unknown, where: string): Box | null {
  if (row === null) return null;
  if (Array.isArray(row) && row.length === 4 && row.every((value) => Number.isFinite(value))) {
    const [x0, y0, x1, y1] = row as [number, number, number, number];
    if (x0 < x1 && y0 < y1) return { x0, y0, x1, y1 };
  }
  throw badInput({
    action: `reading ${where}`,
    given: shown(row),
    needed: '[x0, y0, x1, y1] with x0 < x1 and y0 < y1, or null',
  });
}

/**
 * A box for every frame: where one has none, that of the frame before, or of the first that has one.
 *
 * @returns undefined where no frame has one
 */
export function fillBoxes(boxes: readonly (Box | null)[]): Box[] | undefined {
  let last = boxes.find((box) => box !== null);
  if (!last) return undefined;
  return boxes.map((box) => {
    last = box ?? last;
    return last!;
  });
}

import type { Image } from '@movt/tracker/image';
import type { Picture, Tracks } from '@movt/tracker/tracks';
import { blueToRed } from './blue-to-red.ts';
import { createTrackCanvas, WANTED_SIDE } from './track-canvas.ts';

/**
 * Draws tracks over the last frame of their clip, each in one colour: its importance, from blue (0) to red (1), as the
 * colour bar below tells. The more important lie on top.
 *
 * @param frame the last frame, the picture that the tracks are normalised by
 * @param importance [N], each of 0 … 1
 */
export function drawImportance(frame: Image, tracks: Tracks, importance: Float64Array): Image {
  const canvas = createTrackCanvas(frame, tracks, ['0', '1']);
  for (const n of Array.from(importance.keys()).sort((a, b) => importance[a] - importance[b])) {
    for (let t = 1; t < tracks.T; t++) canvas.drawStep(t, n, blueToRed(importance[n]));
    canvas.drawEnd(n, blueToRed(importance[n]));
  }
  return canvas.image;
}

/** A dark picture for clips whose video is not at hand, of its proportions where they are known, else square. */
export function blankFrame({ width, height }: Pick<Picture, 'width' | 'height'> = { width: 1, height: 1 }): Image {
  const scale = WANTED_SIDE / Math.max(width, height);
  const [columns, rows] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  return { width: columns, height: rows, data: new Uint8Array(columns * rows * 4) };
}

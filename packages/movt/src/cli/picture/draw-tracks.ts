import type { Image } from '@movt/tracker/image';
import type { Tracks } from '@movt/tracker/tracks';
import { blueToRed } from './blue-to-red.ts';
import { createTrackCanvas } from './track-canvas.ts';

/**
 * Draws tracks over the last frame of their clip: each a line from blue (first frame) to red (last), with a dot where
 * it ends. A colour bar below tells the times where `seconds`, the clip's length, is known (not 0).
 *
 * @param frame The last frame, the picture that the tracks are normalised by.
 */
export function drawTracks(frame: Image, tracks: Tracks, seconds: number): Image {
  const { T, N } = tracks;
  const canvas = createTrackCanvas(frame, tracks, seconds > 0 ? ['0 s', `${seconds.toFixed(1)} s`] : null);
  // Frame by frame, so that where tracks cross the later one lies on top.
  for (let t = 1; t < T; t++) {
    for (let n = 0; n < N; n++) canvas.drawStep(t, n, blueToRed(t / (T - 1)));
  }
  for (let n = 0; n < N; n++) canvas.drawEnd(n, blueToRed(1));
  return canvas.image;
}

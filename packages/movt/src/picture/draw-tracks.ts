import type { Image } from '@movt/tracker/image';
import { denormalise, type Tracks } from '@movt/tracker/tracks';
import { dimmed, drawLine, fillRectangle } from './raster.ts';
import { drawText, textSize } from './text.ts';
import { mix, timeColour } from './time-colour.ts';

/** Small videos are enlarged to about this side: lines between their pixels would be steps. */
const WANTED_SIDE = 1200;
const BACKGROUND_SHARE = 0.45;
const GREY = [128, 128, 128] as const;
const WHITE = [255, 255, 255] as const;
const BLACK = [0, 0, 0] as const;

/**
 * Draws tracks over the last frame of their clip: each a line from blue (first frame) to red (last), thin and greyish
 * where the point is hidden, with a dot where it ends. A colour bar tells the times where `seconds`, the clip's length,
 * is known.
 *
 * @param frame The last frame, the picture that the tracks are normalised by.
 */
export function drawTracks(frame: Image, tracks: Tracks, seconds: number): Image {
  const { T, N } = tracks;
  const factor = Math.max(1, Math.round(WANTED_SIDE / Math.max(frame.width, frame.height)));
  const image = dimmed(frame, factor, BACKGROUND_SHARE);
  const radius = Math.max(image.width, image.height) / 700;
  const pixels = denormalise(tracks.data, frame.width, frame.height);
  const at = (t: number, n: number) => {
    const [x, y, occluded] = pixels.subarray((t * N + n) * 3, (t * N + n) * 3 + 3);
    return { place: [(x + 0.5) * factor - 0.5, (y + 0.5) * factor - 0.5] as const, hidden: occluded === 1 };
  };

  // Frame by frame, so that where tracks cross the later one lies on top.
  for (let t = 1; t < T; t++) {
    const colour = timeColour(t / (T - 1));
    for (let n = 0; n < N; n++) {
      const [from, to] = [at(t - 1, n), at(t, n)];
      const hidden = from.hidden || to.hidden;
      drawLine(image, from.place, to.place, hidden ? radius / 2 : radius, hidden ? mix(colour, GREY, 0.6) : colour);
    }
  }
  for (let n = 0; n < N; n++) {
    const { place, hidden } = at(T - 1, n);
    drawLine(image, place, place, hidden ? radius * 1.4 : radius * 2.6, hidden ? GREY : WHITE);
    if (!hidden) drawLine(image, place, place, radius * 1.8, timeColour(1));
  }
  if (seconds > 0) drawLegend(image, seconds);
  return image;
}

/** A colour bar at the lower left with the time at both ends, on a dark strip. */
function drawLegend(image: Image, seconds: number): void {
  const scale = Math.max(1, Math.round(image.width / 600));
  const bar = { width: Math.round(image.width / 4), height: 7 * scale };
  const gap = 6 * scale;
  const [first, last] = ['0 s', `${seconds.toFixed(1)} s`];
  const firstWidth = textSize(first, scale).width;
  const width = firstWidth + bar.width + textSize(last, scale).width + 4 * gap;
  const height = bar.height + 2 * gap;
  const left = gap;
  const top = image.height - height - gap;
  fillRectangle(image, left, top, width, height, BLACK, 0.6);
  drawText(image, first, left + gap, top + gap, scale, WHITE);
  const barLeft = left + 2 * gap + firstWidth;
  for (let x = 0; x < bar.width; x++) {
    fillRectangle(image, barLeft + x, top + gap, 1, bar.height, timeColour(x / (bar.width - 1)));
  }
  drawText(image, last, barLeft + bar.width + gap, top + gap, scale, WHITE);
}

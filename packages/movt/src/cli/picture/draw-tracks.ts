import type { Image } from '@movt/tracker/image';
import { denormalise, type Tracks } from '@movt/tracker/tracks';
import { dimmed, drawLine, fillRectangle } from './raster.ts';
import { drawText, textSize } from './text.ts';
import { mix, timeColour } from './time-colour.ts';

/** Small videos are enlarged to at least this side: lines between their pixels would be steps. */
const WANTED_SIDE = 1200;
const BACKGROUND_SHARE = 0.55;
const GREY = [110, 110, 110] as const;
const WHITE = [255, 255, 255] as const;

/**
 * Draws tracks over the last frame of their clip: each a line from blue (first frame) to red (last), thin and greyish
 * where the point is hidden, with a dot where it ends. A colour bar below tells the times where `seconds`, the clip's
 * length, is known (not 0).
 *
 * @param frame The last frame, the picture that the tracks are normalised by.
 */
export function drawTracks(frame: Image, tracks: Tracks, seconds: number): Image {
  const { T, N } = tracks;
  const factor = Math.max(1, Math.ceil(WANTED_SIDE / Math.max(frame.width, frame.height)));
  const legend = legendSize(frame.width * factor);
  const image = dimmed(frame, factor, BACKGROUND_SHARE, seconds > 0 ? legend.height : 0);
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
      drawLine(image, from.place, to.place, hidden ? radius / 2 : radius, hidden ? mix(colour, GREY, 0.65) : colour);
    }
  }
  for (let n = 0; n < N; n++) {
    const { place, hidden } = at(T - 1, n);
    drawLine(image, place, place, hidden ? radius * 1.4 : radius * 2.6, hidden ? GREY : WHITE);
    if (!hidden) drawLine(image, place, place, radius * 1.8, timeColour(1));
  }
  if (seconds > 0) drawLegend(image, legend, seconds);
  return image;
}

interface LegendSize {
  /** Pixels of a letter's dot. */
  scale: number;
  gap: number;
  height: number;
}

function legendSize(width: number): LegendSize {
  const scale = Math.max(1, Math.round(width / 600));
  const gap = 6 * scale;
  return { scale, gap, height: textSize('', scale).height + 2 * gap };
}

/** A colour bar across the strip at the bottom, with the time at both ends. */
function drawLegend(image: Image, { scale, gap, height }: LegendSize, seconds: number): void {
  const [first, last] = ['0 s', `${seconds.toFixed(1)} s`];
  const top = image.height - height + gap;
  const begin = 2 * gap + textSize(first, scale).width;
  const end = image.width - 2 * gap - textSize(last, scale).width;
  drawText(image, first, gap, top, scale, WHITE);
  for (let x = begin; x < end; x++) {
    fillRectangle(image, x, top, 1, height - 2 * gap, timeColour((x - begin) / (end - begin)));
  }
  drawText(image, last, end + gap, top, scale, WHITE);
}

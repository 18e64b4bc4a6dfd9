import type { Image } from '@movt/tracker/image';
import { denormalise, type Tracks } from '@movt/tracker/tracks';
import { blueToRed, mix } from './blue-to-red.ts';
import { type Colour, dimmed, drawLine, fillRectangle } from './raster.ts';
import { drawText, textSize } from './text.ts';

/** Small videos are enlarged to at least this side: lines between their pixels would be steps. */
export const WANTED_SIDE = 1200;
const BACKGROUND_SHARE = 0.55;
const GREY = [110, 110, 110] as const;
const WHITE = [255, 255, 255] as const;

/** What the ends of the colour bar mean, in the letters that `drawText` has. */
export type Legend = readonly [blue: string, red: string];

/** A picture in which a clip's tracks are drawn. */
export interface TrackCanvas {
  readonly image: Image;
  /** A track's line from frame `t` − 1 to `t`: thin and greyish where the point is hidden. */
  drawStep(t: number, n: number, colour: Colour): void;
  /** A dot where a track ends. */
  drawEnd(n: number, colour: Colour): void;
}

/**
 * The dimmed last frame of a clip, to draw its tracks on.
 *
 * @param frame the picture that the tracks are normalised by
 * @param legend a colour bar below; none where it is null
 */
export function createTrackCanvas(frame: Image, tracks: Tracks, legend: Legend | null): TrackCanvas {
  const { T, N } = tracks;
  const factor = Math.max(1, Math.ceil(WANTED_SIDE / Math.max(frame.width, frame.height)));
  const size = legendSize(frame.width * factor);
  const image = dimmed(frame, factor, BACKGROUND_SHARE, legend ? size.height : 0);
  const radius = Math.max(image.width, image.height) / 700;
  const pixels = denormalise(tracks.data, frame.width, frame.height);
  const at = (t: number, n: number) => {
    const [x, y, occluded] = pixels.subarray((t * N + n) * 3, (t * N + n) * 3 + 3);
    return { place: [(x + 0.5) * factor - 0.5, (y + 0.5) * factor - 0.5] as const, hidden: occluded === 1 };
  };
  if (legend) drawLegend(image, size, legend);
  return {
    image,
    drawStep(t, n, colour) {
      const [from, to] = [at(t - 1, n), at(t, n)];
      const hidden = from.hidden || to.hidden;
      drawLine(image, from.place, to.place, hidden ? radius / 2 : radius, hidden ? mix(colour, GREY, 0.65) : colour);
    },
    drawEnd(n, colour) {
      const { place, hidden } = at(T - 1, n);
      drawLine(image, place, place, hidden ? radius * 1.4 : radius * 2.6, hidden ? GREY : WHITE);
      if (!hidden) drawLine(image, place, place, radius * 1.8, colour);
    },
  };
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

/** A colour bar across the strip at the bottom, with the meaning of both ends. */
function drawLegend(image: Image, { scale, gap, height }: LegendSize, [blue, red]: Legend): void {
  const top = image.height - height + gap;
  const begin = 2 * gap + textSize(blue, scale).width;
  const end = image.width - 2 * gap - textSize(red, scale).width;
  drawText(image, blue, gap, top, scale, WHITE);
  for (let x = begin; x < end; x++) {
    fillRectangle(image, x, top, 1, height - 2 * gap, blueToRed((x - begin) / (end - begin)));
  }
  drawText(image, red, end + gap, top, scale, WHITE);
}

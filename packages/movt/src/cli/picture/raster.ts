import type { Image } from '@movt/tracker/image';

/** Red, green, blue of 0 … 255. */
export type Colour = readonly [number, number, number];

/** Paints one pixel over what is there, with an opacity of 0 … 1; outside of the picture nothing happens. */
function blend({ width, height, data }: Image, x: number, y: number, colour: Colour, opacity: number): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 4;
  for (let c = 0; c < 3; c++) data[at + c] += (colour[c] - data[at + c]) * opacity;
}

/** Paints a rectangle of whole pixels. */
export function fillRectangle(
  image: Image,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) blend(image, x, y, colour, 1);
  }
}

/**
 * Paints a line with round ends, or a disc where both ends are one point. Pixel centres are whole numbers; edges are
 * smoothed over one pixel by the distance to the line.
 */
export function drawLine(
  image: Image,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  radius: number,
  colour: Colour,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squaredLength = dx * dx + dy * dy;
  const reach = radius + 1;
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(image.height - 1, Math.ceil(Math.max(y0, y1) + reach));
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(image.width - 1, Math.ceil(Math.max(x0, x1) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = squaredLength === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / squaredLength;
      const nearest = Math.min(1, Math.max(0, along));
      const distance = Math.hypot(x - x0 - nearest * dx, y - y0 - nearest * dy);
      const cover = Math.min(1, radius + 0.5 - distance);
      if (cover > 0) blend(image, x, y, colour, cover);
    }
  }
}

/**
 * A background to draw on: the picture enlarged by a whole factor (bilinear), half of its colour taken out and
 * darkened to the given share, with a black strip of so many rows below.
 */
export function dimmed({ width, height, data }: Image, factor: number, share: number, strip: number): Image {
  const [largeWidth, largeHeight] = [width * factor, height * factor + strip];
  const large = { width: largeWidth, height: largeHeight, data: new Uint8Array(largeWidth * largeHeight * 4) };
  for (let at = 3; at < large.data.length; at += 4) large.data[at] = 255;
  const columns = Array.from({ length: largeWidth }, (_, x) => between(x, width, factor));
  for (let y = 0; y < height * factor; y++) {
    const row = between(y, height, factor);
    for (let x = 0; x < largeWidth; x++) {
      const column = columns[x];
      const channel = (c: number) => {
        const at = (line: number, place: number) => data[(line * width + place) * 4 + c];
        const above = at(row.low, column.low) * (1 - column.weight) + at(row.low, column.high) * column.weight;
        const below = at(row.high, column.low) * (1 - column.weight) + at(row.high, column.high) * column.weight;
        return above * (1 - row.weight) + below * row.weight;
      };
      const [red, green, blue] = [channel(0), channel(1), channel(2)];
      const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      const target = (y * largeWidth + x) * 4;
      large.data[target] = ((red + grey) / 2) * share;
      large.data[target + 1] = ((green + grey) / 2) * share;
      large.data[target + 2] = ((blue + grey) / 2) * share;
    }
  }
  return large;
}

/** The two pixels that a pixel of the enlarged picture lies between, and the share of the second. */
function between(enlarged: number, size: number, factor: number): { low: number; high: number; weight: number } {
  const exact = Math.min(size - 1, Math.max(0, (enlarged + 0.5) / factor - 0.5));
  const low = Math.floor(exact);
  return { low, high: Math.min(low + 1, size - 1), weight: exact - low };
}

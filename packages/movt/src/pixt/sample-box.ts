import { badInput, limitExceeded } from '@movt/kernels';

/** A picture, or a mask: RGBA, 8 bits each. */
export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A rectangle of a picture, in pixels: the first pixel of a row reaches from 0 to 1, and the picture from 0 to its width. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** As many as a learned embedding may have places. */
const MAX_PIXELS = 65536;

/**
 * The colours of `count` pixels inside a box, **(chosen)** the pixels at the places of `evenGrid`, as they are: where the box is smaller than the
 * grid, some come more than once. The i-th has the same place relative to the box in every frame, so that PixT's embedding can mean it.
 *
 * @returns RGB, [count, 3]
 * @throws MovtError `bad_input` for a box that has no part in the picture
 */
export function sampleBox(picture: RgbaPicture, box: Box, count: number): Uint8Array<ArrayBuffer> {
  checkPicture(picture);
  const { width, height } = picture;
  const pixels = evenGrid(clipBox(box, picture), count).map(
    ({ x, y }) => Math.min(Math.floor(y), height - 1) * width + Math.min(Math.floor(x), width - 1),
  );
  return coloursOf(picture, pixels);
}

/**
 * The colours of `count` pixels inside a mask, spread over it as `evenGrid` spreads them over a box: strips of as many pixels each as they get
 * places, each cut into equal parts from left to right, and of each part the pixel nearest its middle. Where the mask is smaller than that,
 * some come more than once.
 *
 * @param mask of the picture's size; a pixel is inside where it is neither black nor transparent
 * @returns RGB, [count, 3]
 * @throws MovtError `bad_input` for a mask of another size, or with no pixel inside
 */
export function sampleMask(picture: RgbaPicture, mask: RgbaPicture, count: number): Uint8Array<ArrayBuffer> {
  checkPicture(picture);
  checkPicture(mask);
  const { width, height } = picture;
  const action = 'taking pixels inside a mask';
  if (mask.width !== width || mask.height !== height) {
    throw badInput({
      action,
      given: `${mask.width}×${mask.height} pixels`,
      needed: `the picture's ${width}×${height}`,
    });
  }
  const inside = pixelsInside(mask);
  if (inside.length === 0) {
    throw badInput({
      action,
      given: 'a mask with no pixel inside (all are black or transparent)',
      needed: 'one or more',
    });
  }
  const pixels: number[] = [];
  for (const { first, end } of stripsOf(count)) {
    // From top to bottom the pixels lie as they are numbered; in a strip they are put in order from left to right.
    const strip = partOf(inside, first / count, end / count).sort((a, b) => (a % width) - (b % width) || a - b);
    for (let i = 0; i < end - first; i++) {
      pixels.push(middleOf(partOf(strip, i / (end - first), (i + 1) / (end - first)), width));
    }
  }
  return coloursOf(picture, pixels);
}

/**
 * `count` places spread evenly over a box, row by row: as many rows as nearest to √count, which have as many places as each other, or one more, at
 * equal distances. They depend on the box by its place and size only.
 */
export function evenGrid({ x0, y0, x1, y1 }: Box, count: number): { x: number; y: number }[] {
  const strips = stripsOf(count);
  return strips.flatMap(({ first, end }, row) =>
    Array.from({ length: end - first }, (_, i) => ({
      x: x0 + ((i + 0.5) / (end - first)) * (x1 - x0),
      y: y0 + ((row + 0.5) / strips.length) * (y1 - y0),
    })),
  );
}

/** Which of `count` places each row has. */
function stripsOf(count: number): { first: number; end: number }[] {
  if (!Number.isInteger(count) || count < 1) {
    throw badInput({ action: 'taking pixels', given: `${count} of them`, needed: 'a whole number, 1 or more' });
  }
  if (count > MAX_PIXELS) {
    throw limitExceeded({ action: 'taking pixels', given: `${count} of them`, needed: `at most ${MAX_PIXELS}` });
  }
  const rows = Math.round(Math.sqrt(count));
  return Array.from({ length: rows }, (_, row) => ({
    first: Math.floor((row * count) / rows),
    end: Math.floor(((row + 1) * count) / rows),
  }));
}

/** The part of a list from one share of it to another; one of it at least. */
function partOf(list: readonly number[], from: number, to: number): number[] {
  const first = Math.min(Math.floor(from * list.length + 1e-9), list.length - 1);
  return list.slice(first, Math.max(Math.floor(to * list.length + 1e-9), first + 1));
}

/** The pixel nearest to the mean place of some; the first of several. */
function middleOf(pixels: readonly number[], width: number): number {
  const x = pixels.reduce((sum, pixel) => sum + (pixel % width), 0) / pixels.length;
  const y = pixels.reduce((sum, pixel) => sum + Math.floor(pixel / width), 0) / pixels.length;
  const distance = (pixel: number) => ((pixel % width) - x) ** 2 + (Math.floor(pixel / width) - y) ** 2;
  return pixels.reduce((nearest, pixel) => (distance(pixel) < distance(nearest) ? pixel : nearest));
}

function pixelsInside({ data }: RgbaPicture): number[] {
  const inside: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    if ((data[i] || data[i + 1] || data[i + 2]) && data[i + 3]) inside.push(i / 4);
  }
  return inside;
}

function coloursOf({ data }: RgbaPicture, pixels: readonly number[]): Uint8Array<ArrayBuffer> {
  const colours = new Uint8Array(pixels.length * 3);
  for (const [i, pixel] of pixels.entries()) colours.set(data.subarray(pixel * 4, pixel * 4 + 3), i * 3);
  return colours;
}

/** The part of a box that is inside the picture. */
function clipBox({ x0, y0, x1, y1 }: Box, { width, height }: RgbaPicture): Box {
  const clipped = { x0: Math.max(x0, 0), y0: Math.max(y0, 0), x1: Math.min(x1, width), y1: Math.min(y1, height) };
  if (clipped.x0 < clipped.x1 && clipped.y0 < clipped.y1) return clipped;
  throw badInput({
    action: 'taking pixels inside a box',
    given: `the box from (${x0}, ${y0}) to (${x1}, ${y1}), of which nothing is in the picture`,
    needed: `a box with x0 < x1 and y0 < y1 that has a part in the ${width}×${height} pixels`,
  });
}

function checkPicture({ width, height, data }: RgbaPicture): void {
  if (width * height * 4 === data.length && data.length > 0) return;
  throw badInput({
    action: 'taking pixels',
    given: `${data.length} bytes for ${width}×${height} pixels`,
    needed: 'RGBA, four bytes a pixel',
  });
}

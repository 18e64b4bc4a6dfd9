import type { DecodedPng } from 'fast-png';
import type { Image } from './image.ts';

/**
 * Any PNG (grey, palette or colour; 1 to 16 bits; with alpha or not) as 8-bit RGBA. Colour-keyed transparency (tRNS
 * without a palette) is ignored.
 */
export function pngToRgba(png: DecodedPng): Image {
  const { width, height, channels, palette } = png;
  const samples = unpack(png);
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const first = pixel * channels;
    data.set(palette ? colour(palette, samples[first]) : rgba(samples, first, channels), pixel * 4);
  }
  return { width, height, data };
}

/** One number a sample: palette indices as they are, everything else scaled to 0 … 255. */
function unpack({ width, height, channels, depth, data, palette }: DecodedPng): Uint8Array {
  if (depth === 8) return data as Uint8Array;
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  const perRow = width * channels;
  const rowBytes = Math.ceil((perRow * depth) / 8); // Every row begins at a whole byte.
  const largest = 2 ** depth - 1;
  const scale = palette ? 1 : 255 / largest;
  return Uint8Array.from({ length: perRow * height }, (_, i) => {
    const bit = (i % perRow) * depth;
    const byte = data[Math.floor(i / perRow) * rowBytes + (bit >> 3)];
    return ((byte >> (8 - depth - (bit & 7))) & largest) * scale;
  });
}

function rgba(samples: Uint8Array, first: number, channels: number): [number, number, number, number] {
  const alpha = channels % 2 === 0 ? samples[first + channels - 1] : 255;
  const step = channels < 3 ? 0 : 1; // Grey stands for all three.
  return [samples[first], samples[first + step], samples[first + 2 * step], alpha];
}

function colour(palette: readonly number[][], index: number): [number, number, number, number] {
  const [red, green, blue, alpha = 255] = palette[index];
  return [red, green, blue, alpha];
}

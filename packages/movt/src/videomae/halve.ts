import type { Picture } from './preprocess.ts';

/**
 * Halves a picture until its shorter side is at most twice `size`: every pixel is the mean of four, rounded. Interpolation between two pixels skips most of a
 * picture that is many times too large, and what it skips flickers from frame to frame. An odd last row or column is left out.
 */
export function halveTo(picture: Picture, size: number): Picture {
  return Math.min(picture.width, picture.height) > 2 * size ? halveTo(halve(picture), size) : picture;
}

function halve({ width, height, data }: Picture): Picture {
  const channels = data.length / (width * height);
  const [half, rows] = [width >> 1, height >> 1];
  const mean = new Uint8Array(half * rows * channels);
  const row = width * channels;
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < half; x++) {
      const from = 2 * (y * row + x * channels);
      for (let c = from; c < from + channels; c++) {
        mean[to++] = (data[c] + data[c + channels] + data[c + row] + data[c + row + channels] + 2) >> 2;
      }
    }
  }
  return { width: half, height: rows, data: mean };
}

import type { Image } from '@movt/tracker/image';
import { type Colour, fillRectangle } from './raster.ts';

/** Rows of 5 pixels, from the top; the bits of a number, the highest at the left. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
  '1': [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
  '2': [0b01110, 0b10001, 0b00001, 0b00010, 0b00100, 0b01000, 0b11111],
  '3': [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
  '4': [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
  '5': [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
  '6': [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
  '7': [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
  '8': [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
  '9': [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
  '.': [0, 0, 0, 0, 0, 0b01100, 0b01100],
  s: [0, 0, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};
const COLUMNS = 5;
const ROWS = 7;

/** Pixels that `drawText` covers. */
export function textSize(text: string, scale: number): { width: number; height: number } {
  return { width: (text.length * (COLUMNS + 1) - 1) * scale, height: ROWS * scale };
}

/** Writes a time, such as `2.5 s`, each dot of its letters `scale` pixels wide. */
export function drawText(image: Image, text: string, left: number, top: number, scale: number, colour: Colour): void {
  for (const [place, letter] of [...text].entries()) {
    for (const [row, bits] of GLYPHS[letter].entries()) {
      for (let column = 0; column < COLUMNS; column++) {
        if (!(bits & (1 << (COLUMNS - 1 - column)))) continue;
        const x = left + (place * (COLUMNS + 1) + column) * scale;
        fillRectangle(image, x, top + row * scale, scale, scale, colour);
      }
    }
  }
}

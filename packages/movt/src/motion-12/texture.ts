import type { ClipDraws } from './draws.ts';

/** Brightness as a function of place, 0 … 1, that repeats after SIDE steps along either axis. */
export type Tile = Float32Array;

/** A power of two. */
const SIDE = 256;

/** Cells of the noise, from fine to coarse, in steps; the finest would alias if it were strong. */
const OCTAVES = [
  { cell: 4, weight: 0.5 },
  { cell: 8, weight: 1 },
  { cell: 16, weight: 1 },
  { cell: 32, weight: 1 },
] as const;

/** Draws value noise: random values on lattices, smoothly interpolated between. */
export function drawTile(draws: ClipDraws): Tile {
  const tile = new Float32Array(SIDE * SIDE);
  const weights = OCTAVES.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, { cell, weight }] of OCTAVES.entries()) {
    const cells = SIDE / cell;
    const { between } = draws('texture', i);
    const lattice = new Float32Array(cells * cells).map(() => between(0, weight / weights));
    const smooth = new Float32Array(cell).map((_, k) => (k / cell) ** 2 * (3 - (2 * k) / cell));
    for (let y = 0; y < SIDE; y++) {
      const row = Math.floor(y / cell);
      const below = (row + 1) % cells;
      const v = smooth[y % cell]!;
      for (let x = 0; x < SIDE; x++) {
        const column = Math.floor(x / cell);
        const beside = (column + 1) % cells;
        const u = smooth[x % cell]!;
        const top = lattice[row * cells + column]! * (1 - u) + lattice[row * cells + beside]! * u;
        const bottom = lattice[below * cells + column]! * (1 - u) + lattice[below * cells + beside]! * u;
        tile[y * SIDE + x]! += top * (1 - v) + bottom * v;
      }
    }
  }
  return tile;
}

/** The tile at any place, bilinear. */
export function sample(tile: Tile, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = x - left;
  const v = y - top;
  const x0 = left & (SIDE - 1);
  const x1 = (left + 1) & (SIDE - 1);
  const y0 = (top & (SIDE - 1)) * SIDE;
  const y1 = ((top + 1) & (SIDE - 1)) * SIDE;
  const upper = tile[y0 + x0]! * (1 - u) + tile[y0 + x1]! * u;
  const lower = tile[y1 + x0]! * (1 - u) + tile[y1 + x1]! * u;
  return upper * (1 - v) + lower * v;
}

import type { Draws } from './draws.ts';
import { FIRST_HALF, GROUND, type Layer, OCCLUDER, type Scene, SECOND_HALF } from './scene.ts';
import { invert, type Similarity } from './similarity.ts';
import { drawTile, sample, type Tile } from './texture.ts';

type Colour = readonly [number, number, number];

/** What a layer looks like: a part of the tile, in a colour where that is 0 and so much more where it is 1. */
interface Surface {
  /** Where the layer's origin lies on the tile, in its steps. */
  readonly x: number;
  readonly y: number;
  readonly dark: Colour;
  readonly range: Colour;
}

/** Red, green and blue of each pixel, 0 … 255. */
type Canvas = Float32Array;

/** The frames of a scene, RGBA [side, side, 4] each, textured and smooth-edged. */
export function* renderFrames(scene: Scene, side: number): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const tile = drawTile(scene.draws);
  const surface = (item: number) => drawSurface(scene.draws('surface', item));
  const surfaces = [];
  surfaces[GROUND] = surface(0);
  surfaces[FIRST_HALF] = surface(1);
  surfaces[SECOND_HALF] = surfaces[FIRST_HALF];
  surfaces[OCCLUDER] = surface(2);
  const canvas = new Float32Array(side * side * 3);
  for (let t = 0; t < scene.frames; t++) {
    const maps = scene.mapsAt(t);
    for (const [i, layer] of scene.layers.entries()) paint(canvas, side, maps[i]!, layer, tile, surfaces[i]!);
    yield toRgba(canvas);
  }
}

/** Paints a layer over what is there: each pixel shows what the layer has where the pixel's centre comes from. */
function paint(
  canvas: Canvas,
  side: number,
  map: Similarity,
  { depth, radius }: Layer,
  tile: Tile,
  surface: Surface,
): void {
  const { a, b, x: x0, y: y0 } = invert(map);
  const pixels = side / 2; // of a half picture; so many steps of the tile too
  const edge = pixels * Math.hypot(map.a, map.b);
  const [red, green, blue] = surface.dark;
  const [redRange, greenRange, blueRange] = surface.range;
  const range = (centre: number) => {
    const reach = radius * edge + 1;
    const middle = (centre + 1) * pixels;
    return [Math.max(0, Math.floor(middle - reach)), Math.min(side, Math.ceil(middle + reach))] as const;
  };
  const [top, bottom] = range(map.y);
  const [left, right] = range(map.x);
  for (let row = top; row < bottom; row++) {
    const y = row / pixels - 1;
    for (let column = left; column < right; column++) {
      const i = (row * side + column) * 3;
      const x = column / pixels - 1;
      const u = a * x - b * y + x0;
      const v = b * x + a * y + y0;
      const cover = depth(u, v) * edge + 0.5;
      if (cover <= 0) continue;
      const light = sample(tile, u * pixels + surface.x, v * pixels + surface.y);
      const share = Math.min(cover, 1);
      canvas[i]! += (red + redRange * light - canvas[i]!) * share;
      canvas[i + 1]! += (green + greenRange * light - canvas[i + 1]!) * share;
      canvas[i + 2]! += (blue + blueRange * light - canvas[i + 2]!) * share;
    }
  }
}

function toRgba(canvas: Canvas): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((canvas.length / 3) * 4);
  for (let from = 0, to = 0; from < canvas.length; from += 3, to += 4) {
    rgba[to] = canvas[from]!;
    rgba[to + 1] = canvas[from + 1]!;
    rgba[to + 2] = canvas[from + 2]!;
    rgba[to + 3] = 255;
  }
  return new Uint8Array(rgba.buffer);
}

/** Draws a part of the tile and two colours. The noise seldom comes near 0 or 1: the colours lie farther apart than what is seen. */
function drawSurface({ between }: Draws): Surface {
  const contrast = between(0.8, 1.6);
  const colour = () => {
    const [middle, half] = [between(70, 185), contrast * between(60, 110)];
    return { dark: middle - half, range: 2 * half };
  };
  const [red, green, blue] = [colour(), colour(), colour()];
  return {
    x: between(0, 256),
    y: between(0, 256),
    dark: [red.dark, green.dark, blue.dark],
    range: [red.range, green.range, blue.range],
  };
}

import type { Draws } from './draws.ts';
import { FIRST_HALF, GROUND, OCCLUDER, type Scene, SECOND_HALF } from './scene.ts';
import { invert, type Similarity } from './similarity.ts';
import { drawTile, sample, type Tile } from './texture.ts';

type Colour = readonly [number, number, number];

/** What a layer looks like: a part of the tile, from one colour where that is dark to another where it is bright. */
interface Surface {
  /** Where the layer's origin lies on the tile, in its steps. */
  readonly x: number;
  readonly y: number;
  readonly dark: Colour;
  readonly bright: Colour;
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
    for (const [i, depth] of scene.layers.entries()) paint(canvas, side, maps[i]!, depth, tile, surfaces[i]!);
    yield toRgba(canvas);
  }
}

/** Paints a layer over what is there: each pixel shows what the layer has where the pixel's centre comes from. */
function paint(
  canvas: Canvas,
  side: number,
  map: Similarity,
  depth: (x: number, y: number) => number,
  tile: Tile,
  { x: tileX, y: tileY, dark, bright }: Surface,
): void {
  const pixels = side / 2; // of a half picture; so many steps of the tile too
  const edge = pixels * Math.hypot(map.a, map.b);
  const { a, b, x: x0, y: y0 } = invert(map);
  for (let i = 0; i < side * side; i++) {
    const x = (i % side) / pixels - 1;
    const y = Math.floor(i / side) / pixels - 1;
    const u = a * x - b * y + x0;
    const v = b * x + a * y + y0;
    const cover = Math.min(1, depth(u, v) * edge + 0.5);
    if (cover <= 0) continue;
    const light = sample(tile, u * pixels + tileX, v * pixels + tileY);
    for (let c = 0; c < 3; c++) {
      const colour = dark[c]! + (bright[c]! - dark[c]!) * light;
      canvas[3 * i + c]! += (colour - canvas[3 * i + c]!) * cover;
    }
  }
}

function toRgba(canvas: Canvas): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((canvas.length / 3) * 4).fill(255);
  for (let i = 0; 3 * i < canvas.length; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = canvas[3 * i + c]!;
  }
  return new Uint8Array(rgba.buffer);
}

/** Draws a place on the tile and two colours that differ enough for a tracker. The noise seldom reaches its ends: colours go beyond. */
function drawSurface({ between }: Draws): Surface {
  const place = () => between(0, 256);
  const middle = () => between(70, 185);
  const contrast = between(0.8, 1.6);
  const [x, y] = [place(), place()];
  const centres = [middle(), middle(), middle()] as const;
  const spread = [between(60, 110), between(60, 110), between(60, 110)] as const;
  const at = (sign: number) => centres.map((centre, c) => centre + sign * contrast * spread[c]!) as unknown as Colour;
  return { x, y, dark: at(-1), bright: at(1) };
}

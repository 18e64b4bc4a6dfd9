import { clipDraws, drawPart, drawTransform, isPlayed, type Transform } from '../train/augment.ts';
import { drawRecolouring, type Recolouring, recolour } from '../train/recolour.ts';
import type { Augmentation } from '../train/settings.ts';
import type { VideoClip } from './clip.ts';

/**
 * A video as this epoch shows it: the part of it that is played, stretched over all of its frames, and the picture turned, sheared, scaled, mirrored
 * and moved, its edges drawn out where it ends, and recoloured: the same in every frame. What is drawn for points (`dropPoints`, `drift`, `occlusion`) is left out, and so is
 * `speed`: the number of frames is fixed.
 * @param index of the clip in its set
 */
export function augmentVideo(
  clip: VideoClip,
  settings: Augmentation,
  _maxFrames: number,
  seed: number,
  epoch: number,
  index: number,
): VideoClip {
  const random = clipDraws(seed, epoch, index);
  const { T } = clip;
  const part = isPlayed(settings) ? drawPart(T, { ...settings, speed: 1 }, T, random) : [0, T - 1];
  const [first, last] = [part[0], part[part.length - 1]];
  const moments = Array.from({ length: T }, (_, t) => Math.round(first + ((last - first) * t) / Math.max(1, T - 1)));
  const transform = drawTransform(settings, random);
  const recolouring = drawRecolouring(settings, random);
  return { ...clip, pixels: async () => warp(await clip.pixels(), clip, moments, transform, recolouring) };
}

/** Moves what is seen as the transform moves places, each pixel being the one nearest to where its place comes from, and recolours it. */
function warp(
  from: Uint8Array,
  { height, width }: VideoClip,
  moments: readonly number[],
  transform: Transform,
  recolouring: Recolouring | null,
): Uint8Array {
  const half = Math.max(width, height) / 2;
  const back = inverse(transform);
  const sources = new Uint32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = back((x + 0.5 - width / 2) / half, (y + 0.5 - height / 2) / half);
      const column = Math.min(width - 1, Math.max(0, Math.floor(u * half + width / 2)));
      const row = Math.min(height - 1, Math.max(0, Math.floor(v * half + height / 2)));
      sources[y * width + x] = row * width + column;
    }
  }
  const size = height * width * 3;
  const to = new Uint8Array(moments.length * size);
  for (const [t, moment] of moments.entries()) {
    for (let i = 0; i < sources.length; i++) {
      const [source, place] = [moment * size + 3 * sources[i], t * size + 3 * i];
      to[place] = from[source];
      to[place + 1] = from[source + 1];
      to[place + 2] = from[source + 2];
    }
  }
  if (recolouring) recolour(to, recolouring, 255);
  return to;
}

/** The inverse of an affine transform. */
function inverse(transform: Transform): Transform {
  const [x0, y0] = transform(0, 0);
  const [a, c] = transform(1, 0).map((value, i) => value - [x0, y0][i]);
  const [b, d] = transform(0, 1).map((value, i) => value - [x0, y0][i]);
  const determinant = a * d - b * c;
  return (x, y) => {
    const [u, v] = [x - x0, y - y0];
    return [(d * u - b * v) / determinant, (a * v - c * u) / determinant];
  };
}

import { clipDraws, drawPart, drawTransform, isPlayed, type Transform } from '../train/augment.ts';
import type { Augmentation } from '../train/settings.ts';
import type { VideoClip } from './clip.ts';

/**
 * A video as this epoch shows it: the part of it that is played, stretched over all of its frames, and the picture turned, sheared, scaled, mirrored
 * and moved, the same in every frame, its edges drawn out where it ends. What is drawn for points (`dropPoints`, `drift`, `occlusion`) is left out, and so is
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
  return { ...clip, pixels: async () => warp(await clip.pixels(), clip, moments, transform) };
}

/** Each pixel is the one nearest to where the transform takes its place. */
function warp(
  from: Uint8Array,
  { height, width }: VideoClip,
  moments: readonly number[],
  transform: Transform,
): Uint8Array {
  const half = Math.max(width, height) / 2;
  const sources = new Uint32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = transform((x + 0.5 - width / 2) / half, (y + 0.5 - height / 2) / half);
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
  return to;
}

import { keepPoints } from '../robustness/drop-points.ts';
import { clipDraws, drawPart, drawPoints, isPlayed } from '../train/augment.ts';
import { drawRecolouring, recolour } from '../train/recolour.ts';
import type { Augmentation } from '../train/settings.ts';
import type { PixelClip } from './clip.ts';

/**
 * A clip of pixels as this epoch shows it: the part, the speed and the points that are dropped are those of its tracks (`augmentClip`), at whole
 * frames. What moves places in the picture does nothing to colours; `recolour` does.
 * @param maxFrames that the result may have
 * @param index of the clip in its set
 */
export function augmentPixels(
  clip: PixelClip,
  settings: Augmentation,
  maxFrames: number,
  seed: number,
  epoch: number,
  index: number,
): PixelClip {
  const random = clipDraws(seed, epoch, index);
  const { T, N, data, places } = clip;
  const row = N * 3;
  const moments = isPlayed(settings)
    ? drawPart(T, settings, maxFrames, random)
    : Array.from({ length: T }, (_, t) => t);
  const played = new Float32Array(moments.length * row);
  for (const [t, at] of moments.entries()) {
    const from = Math.round(at) * row;
    played.set(data.subarray(from, from + row), t * row);
  }
  const kept = settings.dropPoints > 0 ? drawPoints(N, settings.dropPoints, random) : null;
  const recolouring = drawRecolouring(settings, random);
  if (recolouring) recolour(played, recolouring, 1);
  const whole = { data: played, T: moments.length, N };
  if (!kept) return { ...whole, ...(places && { places }) };
  return { ...keepPoints(whole, kept), places: places ? kept.map((n) => places[n]) : kept };
}

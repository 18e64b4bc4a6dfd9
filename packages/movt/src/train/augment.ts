import { createRandom, fnv1a, philox, type Random } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import { keepPoints } from '../robustness/drop-points.ts';
import type { Augmentation } from './settings.ts';

const STREAM = fnv1a('augmentation');

/** Frames between the knots of a drift. Velocities are differences of positions: noise of its own in each frame would drown them. */
const DRIFT_FRAMES = 8;

/**
 * A clip as this epoch shows it; (seed, epoch, index) decide alone what is drawn.
 * @param maxFrames that the result may have, however slowly it is played: those of the clip's bucket
 * @param index of the clip in its set
 */
export function augmentClip(
  clip: Tracks,
  settings: Augmentation,
  maxFrames: number,
  seed: number,
  epoch: number,
  index: number,
): Tracks {
  const random = clipDraws(seed, epoch, index);
  let result = clip;
  if (isPlayed(settings)) result = playPart(result, drawPart(clip.T, settings, maxFrames, random));
  if (settings.dropPoints > 0) result = keepPoints(result, drawPoints(clip.N, settings.dropPoints, random));
  result = { ...result, data: result.data.slice() };
  const transform = drawTransform(settings, random);
  const { data } = result;
  for (let i = 0; i < data.length; i += 3) data.set(transform(data[i], data[i + 1]), i);
  if (settings.drift > 0) drift(result, settings.drift, random);
  if (settings.occlusion > 0) hideSpells(result, settings.occlusion, random);
  return result;
}

/** What is drawn for a clip: (seed, epoch, index) decide it alone, for a clip's tracks, pixels and video alike. */
export function clipDraws(seed: number, epoch: number, index: number): Random {
  const [a, b] = philox([index, epoch, 0, 0], [seed, STREAM]);
  return createRandom(a, b);
}

/** Whether a part of the clip is played, or at another speed. */
export const isPlayed = ({ crop, speed }: Augmentation): boolean => crop < 1 || speed > 1;

const between = (random: Random, lowest: number, highest: number) => random.uniform(1, lowest, highest)[0];
/** A factor of 1/most to most, as often below 1 as above. */
const factorOf = (random: Random, most: number) => Math.exp(between(random, -1, 1) * Math.log(most));

/** Draws a part of a clip of T frames, faster or slower: the moments that it shows, in frames of the clip. */
export function drawPart(T: number, { crop, speed }: Augmentation, maxFrames: number, random: Random): number[] {
  const span = (T - 1) * between(random, crop, 1);
  const begin = between(random, 0, T - 1 - span);
  const start = speed > 1 ? begin : Math.round(begin); // at its own speed a clip keeps its very frames
  const step = factorOf(random, speed);
  const frames = Math.max(2, Math.min(maxFrames, 1 + Math.floor(span / step)));
  return Array.from({ length: frames }, (_, t) => Math.min(start + t * step, T - 1));
}

/** A clip at some moments: positions are interpolated between frames, so velocities scale with the speed. */
function playPart({ data, T, N }: Tracks, moments: readonly number[]): Tracks {
  const played = new Float32Array(moments.length * N * 3);
  for (const [t, at] of moments.entries()) {
    const before = Math.floor(at);
    const after = Math.min(before + 1, T - 1);
    const share = at - before;
    for (let n = 0; n < N; n++) {
      const [from, to, put] = [(before * N + n) * 3, (after * N + n) * 3, (t * N + n) * 3];
      played[put] = data[from] + share * (data[to] - data[from]);
      played[put + 1] = data[from + 1] + share * (data[to + 1] - data[from + 1]);
      played[put + 2] = data[(share < 0.5 ? from : to) + 2];
    }
  }
  return { data: played, T: moments.length, N };
}

/** Draws which of N points are kept, in order; one is always left. */
export function drawPoints(N: number, most: number, random: Random): number[] {
  const kept = Math.max(1, N - Math.floor(between(random, 0, most) * (N + 1)));
  const keys = random.uniform(N, 0, 1);
  return Array.from({ length: N }, (_, n) => n)
    .sort((a, b) => keys[a] - keys[b] || a - b)
    .slice(0, kept)
    .sort((a, b) => a - b);
}

/** Of places about the origin, in units of the coordinates. */
export type Transform = (x: number, y: number) => readonly [x: number, y: number];

/** Draws how places are turned, sheared, scaled, mirrored and moved. */
export function drawTransform(settings: Augmentation, random: Random): Transform {
  const angle = (between(random, -1, 1) * settings.rotation * Math.PI) / 180;
  const size = factorOf(random, settings.scale);
  const shear = between(random, -1, 1) * settings.shear;
  const mirror = between(random, 0, 1) < 0.5 && settings.flip ? -1 : 1;
  const [dx, dy] = random.uniform(2, -settings.shift, settings.shift);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return (x0, y) => {
    const x = mirror * (x0 + shear * y);
    return [size * (cos * x - sin * y) + dx, size * (sin * x + cos * y) + dy];
  };
}

/** Lets each point wander by itself, in place: normal offsets at every eighth frame, and straight lines between them. */
function drift({ data, T, N }: Tracks, deviation: number, random: Random): void {
  const offsets = random.normal((Math.ceil((T - 1) / DRIFT_FRAMES) + 1) * N * 2);
  for (let t = 0; t < T; t++) {
    const knot = Math.floor(t / DRIFT_FRAMES);
    const share = t / DRIFT_FRAMES - knot;
    for (let i = 0; i < N * 2; i++) {
      const before = offsets[knot * N * 2 + i];
      const offset = share === 0 ? before : before + share * (offsets[(knot + 1) * N * 2 + i] - before);
      data[(t * N + (i >> 1)) * 3 + (i & 1)] += deviation * offset;
    }
  }
}

/** Hides some points for a spell of up to half the clip, in place; their coordinates stay where they were last seen. */
function hideSpells({ data, T, N }: Tracks, share: number, random: Random): void {
  for (let n = 0; n < N; n++) {
    const [draw] = random.uniform(1, 0, 1);
    const first = random.integer(1, T - 1);
    const last = Math.min(T - 1, first + random.integer(0, Math.floor(T / 2)));
    if (draw >= share) continue;
    const seen = ((first - 1) * N + n) * 3;
    for (let t = first; t <= last; t++) data.set([data[seen], data[seen + 1], 1], (t * N + n) * 3);
  }
}

import { badInput, limitExceeded } from '@movt/kernels';

/** Which frames of a clip are used. */
export type Sampling =
  | { kind: 'all' }
  | { kind: 'every'; k: number }
  | { kind: 'exactly'; count: number }
  /** Ascending positions among as many frames as there are. */
  | { kind: 'chosen'; positions: (available: number) => readonly number[] };

/** The part of a video that is used, and which of its frames. */
export interface ClipOptions {
  /** Seconds: frames shown at this time or later. From the beginning where left out. */
  start?: number;
  /** Seconds: frames shown before this time. To the end where left out. */
  end?: number;
  /** All frames where left out. */
  sampling?: Sampling;
  /** What is refused, with limit_exceeded, before more is decoded than its size shows. */
  limits?: ClipLimits;
}

/** The most that a video may be. */
export interface ClipLimits {
  /** Of one picture. */
  pixels: number;
  /** From the first frame of the file to its last. */
  seconds: number;
  /** That are yielded. */
  frames: number;
}

const MAX_EXACT_FRAMES = 2 ** 16;

/** Reads `all`, `every:K` or a number of frames. Throws bad_input for anything else. */
export function parseSampling(text: string): Sampling {
  if (text === 'all') return { kind: 'all' };
  const [, every, count] = /^(?:every:(\d{1,9})|(\d{1,9}))$/.exec(text) ?? [];
  if (Number(every) > 0) return { kind: 'every', k: Number(every) };
  if (Number(count) > MAX_EXACT_FRAMES) {
    throw limitExceeded({
      action: 'reading the frames to use',
      given: text,
      needed: `at most ${MAX_EXACT_FRAMES} frames`,
    });
  }
  if (Number(count) > 0) return { kind: 'exactly', count: Number(count) };
  throw badInput({
    action: 'reading the frames to use',
    given: `'${text}'`,
    needed: 'all, every:K or a number of frames, from 1',
  });
}

/**
 * Positions among n frames, ascending. 'exactly' T takes round(i·(n−1)/(T−1)): evenly spaced, the first and the last
 * among them (the first alone for T = 1); where n < T frames are repeated, so that there are always T.
 */
export function sampleIndices(n: number, sampling: Sampling): readonly number[] {
  switch (sampling.kind) {
    case 'all':
      return Array.from({ length: n }, (_, i) => i);
    case 'every':
      return Array.from({ length: Math.ceil(n / sampling.k) }, (_, i) => i * sampling.k);
    case 'chosen':
      return sampling.positions(n);
    case 'exactly': {
      const last = Math.max(sampling.count - 1, 1);
      return Array.from({ length: sampling.count }, (_, i) => Math.round((i * (n - 1)) / last));
    }
  }
}

/**
 * Positions in `times` (ascending, seconds) that range and sampling choose.
 * Throws bad_input where the range is not one or holds no frame.
 */
export function selectFrames(times: readonly number[], options: ClipOptions, name: string): number[] {
  const { start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY, sampling = { kind: 'all' } } = options;
  const first = times.findIndex((time) => time >= start);
  const past = times.findIndex((time) => time >= end);
  const length = (past < 0 ? times.length : past) - first;
  if (first >= 0 && length > 0) return sampleIndices(length, sampling).map((i) => first + i);
  const held = times.length ? `${times.length} frames at ${times[0]} … ${times[times.length - 1]} s` : 'no frame';
  throw badInput({
    action: `opening ${name}`,
    given: `${held}, none of them in the range ${start} … ${end} s`,
    needed: 'at least one frame to use',
  });
}

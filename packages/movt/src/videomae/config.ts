import * as v from 'valibot';
import { parseWith, real, record, whole } from '../validate.ts';

/** The sizes of a VideoMAE encoder with its head: all that is needed, with the weights, to compute it. */
export interface VideomaeConfig {
  readonly model: 'videomae';
  /** Frames of a clip; a multiple of `tubelet`. */
  readonly frames: number;
  /** Pixels along each side of a frame; a multiple of `patch`. */
  readonly size: number;
  /** Frames that a patch spans. */
  readonly tubelet: number;
  /** Pixels along each side of a patch; a multiple of 4. */
  readonly patch: number;
  /** Channels of a token. */
  readonly width: number;
  /** Blocks. */
  readonly layers: number;
  /** Attention heads; divides width. */
  readonly heads: number;
  /** Channels inside a block's feed-forward part, in widths. */
  readonly mlpRatio: 4;
  /** Classes, or regressed values. */
  readonly outputs: number;
  /** What the blocks' layer norms add to the variance: 1e-6, or 1e-12 in Hugging Face's port. */
  readonly normEps: number;
  /** The same of the norm before the head: 1e-6, or 1e-5 in Hugging Face's port. */
  readonly fcNormEps: number;
}

const eps = real('a number above 0, at most 0.1', (value) => value > 0 && value <= 0.1);

/** The bounds keep a hostile file from asking for more memory than any real model. */
const schema = v.pipe(
  record({
    model: v.literal('videomae', '"videomae"'),
    frames: whole(1, 256),
    size: whole(1, 1024),
    tubelet: whole(1, 16),
    patch: whole(1, 64),
    width: whole(1, 4096),
    layers: whole(1, 64),
    heads: whole(1, 128),
    mlpRatio: v.literal(4, '4'),
    outputs: whole(1, 65536),
    normEps: eps,
    fcNormEps: eps,
  }),
  v.forward(
    v.check(({ frames, tubelet }) => frames % tubelet === 0, 'a multiple of tubelet, so that no frame is left over'),
    ['frames'],
  ),
  v.forward(
    v.check(({ patch }) => patch % 4 === 0, 'a multiple of 4'),
    ['patch'],
  ),
  v.forward(
    v.check(({ size, patch }) => size % patch === 0, 'a multiple of patch, so that no pixel is left over'),
    ['size'],
  ),
  v.forward(
    v.check(({ width, heads }) => width % heads === 0, 'a divisor of width, so that every head has the same size'),
    ['heads'],
  ),
);

/**
 * Checks a configuration that came from outside (the keys of `VideomaeConfig`, all of them and no other).
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseVideomaeConfig(value: unknown, source: string): VideomaeConfig {
  return parseWith(schema, value, `reading the configuration in ${source}`);
}

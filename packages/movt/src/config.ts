import { featureCount, MAX_LAGS } from '@movt/kernels';
import * as v from 'valibot';
import { parseWith, record, whole } from './validate.ts';

const widths = (fewest: number) => {
  const allowed = `a list of ${fewest} to 8 layer widths`;
  return v.pipe(v.array(whole(1, 8192), allowed), v.minLength(fewest, allowed), v.maxLength(8, allowed));
};

const lagsAllowed = `a list of 1 to ${MAX_LAGS} whole numbers of 1 to 4096`;
const lags = v.pipe(
  v.array(whole(1, 4096), lagsAllowed),
  v.minLength(1, lagsAllowed),
  v.maxLength(MAX_LAGS, lagsAllowed),
);

/** What each key of a TrunkConfig may hold. The bounds keep a hostile file from asking for more memory than any real model. */
export const trunkEntries = {
  dim: whole(1, 8192),
  width: whole(1, 8192),
  heads: whole(1, 128),
  feedForward: whole(1, 65536),
  layers: whole(1, 64),
  motionHidden: widths(1),
  kernel: v.pipe(
    whole(1, 63),
    v.check((size) => size % 2 === 1, 'an odd number, so that the convolution keeps the number of frames'),
  ),
  outputs: whole(1, 65536),
  activation: v.picklist(['relu', 'gelu'], '"relu" or "gelu"'),
  normFirst: v.boolean('true or false'),
};

/** Whether every head of the encoder has the same size, and what has to be said where not. */
export const hasEvenHeads = ({ width, heads }: { width: number; heads: number }) => width % heads === 0;
export const evenHeadsAllowed = 'a divisor of width, so that every head has the same size';

const schema = v.pipe(
  record({
    ...trunkEntries,
    positionHidden: widths(0),
    velocityLags: v.optional(lags, [1]),
    displacement: v.optional(v.boolean('true or false'), false),
  }),
  v.forward(
    v.check((sizes) => hasEvenHeads(sizes), evenHeadsAllowed),
    ['heads'],
  ),
);

/** The sizes of what MovT and PixT have in common: the motion branch from its second layer on, fusion, encoder and head. */
export interface TrunkConfig {
  /** Channels of E_M and of E_P. */
  readonly dim: number;
  /** Channels of a token in the encoder. */
  readonly width: number;
  /** Attention heads; divides width. */
  readonly heads: number;
  /** Channels inside the encoder's feed-forward blocks. */
  readonly feedForward: number;
  /** Encoder layers. */
  readonly layers: number;
  /** Widths of the motion MLP's layers. */
  readonly motionHidden: readonly number[];
  /** Frames that the motion convolution spans; odd. */
  readonly kernel: number;
  /** Classes, or regressed values. */
  readonly outputs: number;
  /** Between the two linear layers of a feed-forward block; GELU is the exact one. */
  readonly activation: 'relu' | 'gelu';
  /** Pre-norm encoder layers instead of post-norm ones. */
  readonly normFirst: boolean;
}

/** The sizes of a MovT: all that is needed, with the weights, to compute it. */
export interface MovtConfig extends TrunkConfig {
  /** Widths of the position MLP's hidden layers, between the 2 coordinates and dim. */
  readonly positionHidden: readonly number[];
  /** Over how many frames the motion branch sees a point's way: [1] is the velocity, the paper's. */
  readonly velocityLags: readonly number[];
  /** Whether the motion branch sees a point's way from its mean place too. Not in the paper. */
  readonly displacement: boolean;
}

/** Whether the motion branch sees velocities and occlusion only, as the paper's. */
export function isPlainMotion({ velocityLags, displacement }: MovtConfig): boolean {
  return !displacement && velocityLags.length === 1 && velocityLags[0] === 1;
}

/** Channels that the first motion layer takes: x and y of each way, and occluded. */
export function motionInputs({ velocityLags, displacement }: MovtConfig): number {
  return featureCount({ lags: velocityLags, displacement });
}

/**
 * Checks a configuration that came from outside (the keys of `MovtConfig`, all of them and no other).
 * @param source where it came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseConfig(value: unknown, source: string): MovtConfig {
  return parseWith(schema, value, `reading the configuration in ${source}`);
}

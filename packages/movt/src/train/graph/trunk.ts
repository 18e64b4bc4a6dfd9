import type { TrunkConfig } from '../../config.ts';
import type { Answer } from '../../model.ts';
import { encoderLayer } from './encoder-layer.ts';
import { linear, named } from './linear.ts';
import { poolTokens } from './mean-pool.ts';
import { type Clips, convolveTime } from './motion.ts';
import { FUSE_MOTION, FUSE_POSITION } from './movt-blocks.ts';
import type { Tokens } from './self-attention.ts';
import type { Tape, Value } from './tape.ts';

/** A clip's tokens as they leave an encoder. */
export interface Encoded {
  /** [batch·points, width] */
  readonly x: Value;
  readonly tokens: Tokens;
}

/** E_M [batch·points, dim] of the first motion layer's [batch·frames·points, channels]. */
export function motionBranch(tape: Tape, config: TrunkConfig, first: Value, clips: Omit<Clips, 'tracks'>): Value {
  const { dim, kernel, motionHidden } = config;
  let motion = first;
  for (const [i, channels] of motionHidden.slice(1).entries()) {
    const name = `motion.mlp.${2 * (i + 1)}`;
    motion = linear(tape, name, motion, channels, named(name), { relu: true });
  }
  return convolveTime(tape, 'motion.conv', motion, clips, dim, kernel);
}

/** Fusion and encoder, of E_M and E_P [batch·points, dim], or of an E_P [points, dim] that all clips have in common. */
export function encodeBranches(
  tape: Tape,
  config: TrunkConfig,
  motion: Value,
  position: Value,
  tokens: Tokens,
): Encoded {
  const { width, layers } = config;
  const placed = linear(tape, 'fuse E_P', position, width, { weight: FUSE_POSITION, bias: 'fuse.bias' });
  let x = linear(tape, 'fuse', motion, width, { weight: FUSE_MOTION }, { residual: placed });
  for (let layer = 0; layer < layers; layer++) x = encoderLayer(tape, `encoder.layers.${layer}`, config, x, tokens);
  return { x, tokens };
}

/** The mean of a clip's tokens, and the head on it. */
export function answerOf(tape: Tape, { x, tokens }: Encoded, outputs: number): Answer {
  const features = poolTokens(tape, 'E_F', x, tokens);
  return { output: linear(tape, 'head', features, outputs, named('head')), features };
}

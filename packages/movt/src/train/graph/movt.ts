import { isPlainMotion, type MovtConfig } from '../../config.ts';
import { linear, named } from './linear.ts';
import { type Clips, embedFeatures, embedVelocity } from './motion.ts';
import type { Tokens } from './self-attention.ts';
import type { Tape } from './tape.ts';
import { type Encoded, encodeBranches, motionBranch } from './trunk.ts';

/** MovT's tokens on a tape, under PyTorch's names. */
export function recordMovt(tape: Tape, config: MovtConfig, clips: Clips, mask: Tokens['mask']): Encoded {
  const { dim, motionHidden, positionHidden } = config;
  const first = isPlainMotion(config)
    ? embedVelocity(tape, 'motion.mlp.0', clips, motionHidden[0])
    : embedFeatures(tape, 'motion.mlp.0', clips, config);
  const motion = motionBranch(tape, config, first.motion, clips);

  let position = first.place;
  for (const [i, channels] of [...positionHidden, dim].entries()) {
    const name = `position.${2 * i}`;
    position = linear(tape, name, position, channels, named(name), { relu: i < positionHidden.length });
  }
  return encodeBranches(tape, config, motion, position, { batch: clips.batch, points: clips.points, mask });
}

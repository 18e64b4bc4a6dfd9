import { wholeVectors } from '../pack-parameter.ts';
import type { Shape } from '../plan.ts';
import { linear, named } from '../train/graph/linear.ts';
import { parameterValue, type Tape, type Value } from '../train/graph/tape.ts';
import { type Encoded, encodeBranches, motionBranch } from '../train/graph/trunk.ts';
import type { PixtConfig } from './config.ts';
import { COLOURS } from './parameters.ts';

/** Elements of a colour as the kernels hold it: red, green, blue and a zero. */
export const COLOUR_STRIDE = wholeVectors(COLOURS);

/** Declares PixT's inputs on the tape's plan and states its pass up to the last encoder layer, under the names of `pixtParameters`. */
export function pixtTokens(tape: Tape, config: PixtConfig, { batch, frames, points }: Shape): Encoded {
  const { plan } = tape;
  const rows = batch * frames * points;
  const colours: Value = {
    label: 'pixels',
    rows,
    columns: COLOUR_STRIDE,
    tensor: plan.input('pixels', rows * COLOUR_STRIDE),
    needsGradient: false,
    gated: false,
  };
  const clips = { batch, frames, points, clipFrames: plan.input('frames', batch) };
  const mask = plan.input('mask', batch * points);

  const name = 'motion.mlp.0';
  const first = linear(tape, name, colours, config.motionHidden[0], named(name), { relu: true });
  const motion = motionBranch(tape, config, first, clips);
  const position = parameterValue(tape, 'position.embedding', config.points, config.dim);
  return encodeBranches(tape, config, motion, position, { batch, points, mask });
}

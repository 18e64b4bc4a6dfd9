import { isPlainMotion, type MovtConfig } from '../../config.ts';
import type { Answer } from '../../model.ts';
import { layerNorm } from './layer-norm.ts';
import { linear, named } from './linear.ts';
import { poolTokens } from './mean-pool.ts';
import { type Clips, convolveTime, embedFeatures, embedVelocity } from './motion.ts';
import { FUSE_MOTION, FUSE_POSITION } from './movt-blocks.ts';
import { selfAttention, type Tokens } from './self-attention.ts';
import type { Tape, Value } from './tape.ts';

/** MovT on a tape, under PyTorch's names. */
export function recordMovt(tape: Tape, config: MovtConfig, clips: Clips, mask: Tokens['mask']): Answer {
  const { dim, width, kernel, motionHidden, positionHidden, layers, outputs } = config;
  const tokens: Tokens = { batch: clips.batch, points: clips.points, mask };

  const first = isPlainMotion(config)
    ? embedVelocity(tape, 'motion.mlp.0', clips, motionHidden[0])
    : embedFeatures(tape, 'motion.mlp.0', clips, config);
  let motion = first.motion;
  for (const [i, channels] of motionHidden.slice(1).entries()) {
    const name = `motion.mlp.${2 * (i + 1)}`;
    motion = linear(tape, name, motion, channels, named(name), { relu: true });
  }
  motion = convolveTime(tape, 'motion.conv', motion, clips, dim, kernel);

  let position = first.place;
  for (const [i, channels] of [...positionHidden, dim].entries()) {
    const name = `position.${2 * i}`;
    position = linear(tape, name, position, channels, named(name), { relu: i < positionHidden.length });
  }

  const placed = linear(tape, 'fuse E_P', position, width, { weight: FUSE_POSITION, bias: 'fuse.bias' });
  let x = linear(tape, 'fuse', motion, width, { weight: FUSE_MOTION }, { residual: placed });
  for (let layer = 0; layer < layers; layer++) x = encoderLayer(tape, `encoder.layers.${layer}`, config, x, tokens);

  const features = poolTokens(tape, 'E_F', x, tokens);
  return { output: linear(tape, 'head', features, outputs, named('head')), features };
}

/** torch.nn.TransformerEncoderLayer. */
function encoderLayer(tape: Tape, name: string, config: MovtConfig, x: Value, tokens: Tokens): Value {
  const { width, heads, feedForward, activation, normFirst } = config;

  const attend = (from: Value, residual: Value): Value => {
    const blocks = { weight: `${name}.self_attn.in_proj_weight`, bias: `${name}.self_attn.in_proj_bias` };
    const packed = linear(tape, `${name}.self_attn.in_proj`, from, 3 * width, blocks);
    const attended = selfAttention(tape, `${name}.self_attn`, packed, heads, tokens);
    const project = `${name}.self_attn.out_proj`;
    return linear(tape, project, attended, width, named(project), { dropped: true, residual });
  };
  const feed = (from: Value, residual: Value): Value => {
    const expand = `${name}.linear1`;
    const relu = activation === 'relu';
    const hidden = linear(tape, expand, from, feedForward, named(expand), { relu, gelu: !relu, dropped: true });
    const contract = `${name}.linear2`;
    return linear(tape, contract, hidden, width, named(contract), { dropped: true, residual });
  };

  if (normFirst) {
    const attended = attend(layerNorm(tape, `${name}.norm1`, x), x);
    return feed(layerNorm(tape, `${name}.norm2`, attended), attended);
  }
  const attended = layerNorm(tape, `${name}.norm1`, attend(x, x));
  return layerNorm(tape, `${name}.norm2`, feed(attended, attended));
}

import type { TrunkConfig } from '../../config.ts';
import { layerNorm } from './layer-norm.ts';
import { linear, named } from './linear.ts';
import { selfAttention, type Tokens } from './self-attention.ts';
import type { Tape, Value } from './tape.ts';

/** torch.nn.TransformerEncoderLayer. */
export function encoderLayer(tape: Tape, name: string, config: TrunkConfig, x: Value, tokens: Tokens): Value {
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

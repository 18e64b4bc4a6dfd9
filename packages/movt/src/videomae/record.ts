import { videoPatches, videoTokens } from '@movt/kernels';
import type { Answer } from '../model.ts';
import type { Shape } from '../plan.ts';
import { layerNorm } from '../train/graph/layer-norm.ts';
import { linear, named } from '../train/graph/linear.ts';
import { poolTokens } from '../train/graph/mean-pool.ts';
import { selfAttention, type Tokens } from '../train/graph/self-attention.ts';
import type { Tape, Value } from '../train/graph/tape.ts';
import { qkvBlock } from './blocks.ts';
import type { VideomaeConfig } from './config.ts';

/** How a clip is cut into tokens, as video_patches takes it. */
export function tubeletsOf({ frames, size, tubelet, patch }: VideomaeConfig) {
  return { frames, height: size, width: size, tubelet, patch };
}

/** VideoMAE on a tape, under its authors' names. Dropout, where the tape has it, is what they call `drop`: of `attn.proj` and of `mlp.fc2`. */
export function recordVideomae(tape: Tape, config: VideomaeConfig, shape: Shape): Answer {
  const tokens = { batch: shape.batch, points: videoTokens(tubeletsOf(config)) };
  const pooled = poolTokens(tape, 'mean of tokens', recordVideomaeTokens(tape, config, shape), tokens);
  const features = layerNorm(tape, 'fc_norm', pooled, config.fcNormEps);
  return { output: linear(tape, 'head', features, config.outputs, named('head')), features };
}

/** The pass up to the last block: declares the inputs `video` and `positions` → [batch·tokens, width]. */
export function recordVideomaeTokens(tape: Tape, config: VideomaeConfig, { batch }: Shape): Value {
  const { plan } = tape;
  const { width, size, tubelet, patch, frames, layers } = config;
  const tubelets = tubeletsOf(config);
  const tokens: Tokens = { batch, points: videoTokens(tubelets) };
  const columns = 3 * tubelet * patch * patch;
  const patches = tape.tensor('patches', batch * tokens.points * columns);
  const video = plan.input('video', (batch * frames * size * size * 3) / 4);
  plan.dispatch(videoPatches, { batch, ...tubelets }, { video, y: patches }, 'patches');
  const positions = plan.input('positions', tokens.points * width);

  const given = { needsGradient: false, gated: false };
  let x = linear(
    tape,
    'patch_embed.proj',
    { label: 'patches', rows: batch * tokens.points, columns, tensor: patches, ...given },
    width,
    named('patch_embed.proj'),
    { residual: { label: 'positions', rows: tokens.points, columns: width, tensor: positions, ...given } },
  );
  for (let layer = 0; layer < layers; layer++) x = block(tape, `blocks.${layer}`, config, x, tokens);
  return x;
}

/** A block: attention and feed-forward part, each behind its norm and added to what went in. */
function block(tape: Tape, name: string, config: VideomaeConfig, x: Value, tokens: Tokens): Value {
  const { width, heads, mlpRatio, normEps } = config;
  const attention = `${name}.attn`;

  const normed = layerNorm(tape, `${name}.norm1`, x, normEps);
  const project = (part: 'q' | 'k' | 'v', bias?: string) =>
    linear(tape, `${attention}.${part}`, normed, width, { weight: qkvBlock(attention, part), ...(bias && { bias }) });
  const projections = [project('q', `${attention}.q_bias`), project('k'), project('v', `${attention}.v_bias`)] as const;
  const attended = selfAttention(tape, attention, projections, heads, tokens, false);
  const merge = `${attention}.proj`;
  const between = linear(tape, merge, attended, width, named(merge), { dropped: true, residual: x });

  const [expand, contract] = [`${name}.mlp.fc1`, `${name}.mlp.fc2`];
  const expanded = layerNorm(tape, `${name}.norm2`, between, normEps);
  const hidden = linear(tape, expand, expanded, mlpRatio * width, named(expand), { gelu: true });
  return linear(tape, contract, hidden, width, named(contract), { dropped: true, residual: between });
}

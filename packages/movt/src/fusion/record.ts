import { videoTokens } from '@movt/kernels';
import type { Answer } from '../model.ts';
import { movtTokens } from '../movt-model.ts';
import { pixtTokens } from '../pixt/record.ts';
import type { Shape } from '../plan.ts';
import { layerNorm } from '../train/graph/layer-norm.ts';
import { type LinearBlocks, linear, named } from '../train/graph/linear.ts';
import { poolTokens } from '../train/graph/mean-pool.ts';
import { crossAttention } from '../train/graph/self-attention.ts';
import { sideBySide } from '../train/graph/side-by-side.ts';
import { prefixed, type Tape, type Value } from '../train/graph/tape.ts';
import type { Encoded } from '../train/graph/trunk.ts';
import { recordVideomaeTokens, tubeletsOf } from '../videomae/record.ts';
import type { FusionConfig } from './config.ts';
import { blockName, MLP_RATIO } from './parameters.ts';

/** A branch between two cross-attention blocks. */
interface Side extends Encoded {
  readonly heads: number;
}

/**
 * A fusion on a tape. **(chosen)** After both encoders, blocks of two: the points' tokens ask and the pictures' answer, and at the same time the
 * other way round; pre-norm, with a feed-forward part of exact GELU; as wide as the branch that asks, with its heads. Then each branch's
 * tokens are averaged as they are without the other (VideoMAE's behind `fc_norm`), and one head sees both means side by side.
 */
export function recordFusion(tape: Tape, config: FusionConfig, shape: Shape): Answer {
  const { movt, videomae, blocks, outputs } = config;
  const [ofPoints, ofVideo] = [prefixed(tape, 'movt.'), prefixed(tape, 'videomae.')];
  let points: Side = {
    ...('model' in movt ? pixtTokens(ofPoints, movt, shape) : movtTokens(ofPoints, movt, shape)),
    heads: movt.heads,
  };
  let video: Side = {
    x: recordVideomaeTokens(ofVideo, videomae, shape),
    tokens: { batch: shape.batch, points: videoTokens(tubeletsOf(videomae)) },
    heads: videomae.heads,
  };
  for (let i = 0; i < blocks; i++) {
    [points, video] = crossBlock(tape, [blockName('movt', i), blockName('videomae', i)], points, video);
  }
  const pooled = [
    poolTokens(tape, 'mean of points', points.x, points.tokens),
    layerNorm(ofVideo, 'fc_norm', poolTokens(tape, 'mean of patches', video.x, video.tokens), videomae.fcNormEps),
  ];
  const features = sideBySide(tape, 'E_F', pooled);
  return { output: linear(tape, 'head', features, outputs, named('head')), features };
}

/** The blocks of both branches, each of which sees the other as it was before. */
function crossBlock(tape: Tape, [ofA, ofB]: readonly [string, string], a: Side, b: Side): [Side, Side] {
  const [normedA, normedB] = [layerNorm(tape, `${ofA}.norm1`, a.x), layerNorm(tape, `${ofB}.norm1`, b.x)];
  const attend = (name: string, side: Side, asking: Value, other: Side, answering: Value) => {
    const project = (part: string, from: Value, blocks: LinearBlocks = named(`${name}.${part}`)) =>
      linear(tape, `${name}.${part}`, from, side.x.columns, blocks);
    const keys = project('key', answering, { weight: `${name}.key.weight` });
    const projections = [project('query', asking), keys, project('value', answering)] as const;
    return crossAttention(tape, `${name}.attention`, projections, side.heads, side.tokens.points, other.tokens);
  };
  const attendedA = attend(ofA, a, normedA, b, normedB);
  const attendedB = attend(ofB, b, normedB, a, normedA);
  // A residual is its last consumer: both branches have been looked at by now.
  return [
    { ...a, x: feed(tape, ofA, merge(tape, ofA, attendedA, a.x)) },
    { ...b, x: feed(tape, ofB, merge(tape, ofB, attendedB, b.x)) },
  ];
}

function merge(tape: Tape, name: string, attended: Value, residual: Value): Value {
  const project = `${name}.out_proj`;
  return linear(tape, project, attended, residual.columns, named(project), { dropped: true, residual });
}

function feed(tape: Tape, name: string, x: Value): Value {
  const [expand, contract] = [`${name}.linear1`, `${name}.linear2`];
  const normed = layerNorm(tape, `${name}.norm2`, x);
  const hidden = linear(tape, expand, normed, MLP_RATIO * x.columns, named(expand), { gelu: true, dropped: true });
  return linear(tape, contract, hidden, x.columns, named(contract), { dropped: true, residual: x });
}

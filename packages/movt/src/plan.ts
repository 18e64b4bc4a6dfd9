import {
  type AdapterTraits,
  attention,
  conv1d,
  createPlan,
  featureStride,
  type GpuContext,
  matmul,
  meanPool,
  type Plan,
  type PlanTensor,
  type RowStep,
  rowChain,
  trackFeatures,
  velocityLinear,
} from '@movt/kernels';
import { isPlainMotion, type MovtConfig } from './config.ts';
import type { GpuWeights } from './gpu-weights.ts';
import { POSITION_STRIDE, wholeVectors } from './pack-parameter.ts';
import { createTokenSteps, headStep, layoutTokenState } from './token-steps.ts';

/** What a plan is compiled for: B clips of at most T frames and N points. */
export interface Shape {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
}

/** What a chain works on. */
interface ChainOperands {
  readonly rows: number;
  readonly state: PlanTensor;
  readonly output: PlanTensor;
  readonly activation: MovtConfig['activation'];
}

/** torch.nn.LayerNorm's default, which MovT keeps. */
const NORM_EPS = 1e-5;

/**
 * MovT's forward pass for one shape.
 *
 * Inputs: `tracks` [B,T,N,3], `frames` u32 [B] (length of each clip), `mask` u32 [B,N] (1 = a point of the clip).
 * Outputs: `output` [B,wholeVectors(outputs)]; with `features` also `joined` [B,N,2·dim] (E_M and E_P side by side) and `features` [B,width] (E_F).
 */
export function planMovt(
  context: GpuContext,
  config: MovtConfig,
  weights: GpuWeights,
  { batch, frames, points }: Shape,
  features: boolean,
): Promise<Plan> {
  const { dim, width, heads, kernel, motionHidden, layers, outputs } = config;
  const halfWeights = weights.half;
  const rows = batch * points;
  const plan = createPlan(context, `movt ${batch}×${frames}×${points}`);
  const tracks = plan.input('tracks', rows * frames * 3);
  const clipFrames = plan.input('frames', batch);
  const mask = plan.input('mask', rows);

  const layout = layoutTokenState(config, rows);
  const state = plan.tensor('token state', layout.length);
  const viewOf = ({ offset, stride }: { offset: number; stride: number }) => plan.view(state, offset, rows * stride);
  const steps = createTokenSteps(config, weights, layout);

  // Motion: velocity → MLP → convolution over time → maximum over time. The mean positions come with it.
  let channels = motionHidden[0];
  let motion = plan.tensor('motion 0', rows * frames * channels);
  const [weight, bias] = [weights.slice('motion.mlp.0.weight'), weights.slice('motion.mlp.0.bias')];
  const position = viewOf(layout.place);
  if (isPlainMotion(config)) {
    const problem = { batch, frames, points, channels, halfWeights };
    plan.dispatch(velocityLinear, problem, { tracks, weight, bias, frames: clipFrames, y: motion, position });
  } else {
    const problem = { batch, frames, points, lags: config.velocityLags, displacement: config.displacement };
    const stride = featureStride(problem);
    const y = plan.tensor('track features', rows * frames * stride);
    plan.dispatch(trackFeatures, problem, { tracks, frames: clipFrames, y, position });
    const layer = { m: rows * frames, n: channels, k: stride, bias: true, activation: 'relu', halfWeights } as const;
    plan.dispatch(matmul, layer, { x: y, weight, bias, y: motion }, 'motion.mlp.0');
  }
  for (const [i, next] of motionHidden.slice(1).entries()) {
    const y = plan.tensor(`motion ${i + 1}`, rows * frames * next);
    const name = `motion.mlp.${2 * (i + 1)}`;
    plan.dispatch(
      matmul,
      { m: rows * frames, n: next, k: channels, bias: true, activation: 'relu', halfWeights },
      { x: motion, weight: weights.slice(`${name}.weight`), bias: weights.slice(`${name}.bias`), y },
      name,
    );
    [motion, channels] = [y, next];
  }
  plan.dispatch(
    conv1d,
    {
      batch,
      frames,
      points,
      inputs: channels,
      outputs: dim,
      taps: kernel,
      maxOverTime: true,
      yStride: 2 * dim,
      halfWeights,
    },
    {
      x: motion,
      weight: weights.slice('motion.conv.weight'),
      bias: weights.slice('motion.conv.bias'),
      frames: clipFrames,
      y: viewOf(layout.joined),
    },
    'motion.conv',
  );

  // Position, fusion and the encoder: attention mixes tokens, all between two attentions is one chain.
  const packed = plan.tensor('q, k, v', rows * 3 * width);
  const all = { buffer: weights.buffer, offset: 0, byteLength: weights.byteLength };
  const chain = (label: string, steps: readonly RowStep[], over: ChainOperands) =>
    plan.dispatch(
      rowChain,
      {
        rows: over.rows,
        steps,
        activation: over.activation,
        eps: NORM_EPS,
        weightsLength: weights.length,
        stateLength: over.state.length,
        outputLength: over.output.length,
        halfWeights,
      },
      { weights: all, state: over.state, output: over.output },
      label,
    );
  const tokens = { rows, state, output: packed, activation: config.activation };
  chain('position, fuse', steps.embed(), { ...tokens, activation: 'relu' });
  for (let layer = 0; layer < layers; layer++) {
    plan.dispatch(
      attention,
      { batch, queries: points, keys: points, heads, headDim: width / heads, mask: true, layout: 'packed_qkv' },
      { q: packed, k: packed, v: packed, mask, y: viewOf(layout.attended) },
      `encoder.layers.${layer}.self_attn`,
    );
    for (const group of groupSteps(steps.finish(layer), context.traits))
      chain(`encoder.layers.${layer}`, group, tokens);
  }

  const pooled = plan.tensor('E_F', batch * width);
  plan.dispatch(meanPool, { batch, points, channels: width, mask: true }, { x: viewOf(layout.x), mask, y: pooled });
  const output = plan.tensor('output', batch * wholeVectors(outputs));
  // As a chain too: its pipeline is there already, and one more would cost a cold start more than the head itself.
  const head = { rows: batch, state: pooled, output, activation: config.activation };
  chain('head', [headStep(config, weights)], head);
  plan.output('output', output);
  if (features) {
    plan.output('joined', viewOf(layout.joined));
    plan.output('features', pooled);
  }
  return plan.build();
}

/**
 * On a CPU one dispatch takes a chain's rows through all of its steps: nothing is gained by more. On a GPU a tile of rows is too
 * little work for a long chain, so a wide step (the feed-forward expansion) gets a dispatch of its own, cut into columns too.
 */
function groupSteps(steps: readonly RowStep[], { software }: AdapterTraits): RowStep[][] {
  if (software) return [[...steps]];
  const groups: RowStep[][] = [[]];
  for (const step of steps) {
    const wide = step.kind === 'linear' && step.columns > 4 * step.inner && step.inner > POSITION_STRIDE;
    if (wide) groups.push([step], []);
    else groups[groups.length - 1].push(step);
  }
  return groups.filter((group) => group.length > 0);
}

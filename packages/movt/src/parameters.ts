import { elementCount } from '@movt/kernels/safetensors';
import { type MovtConfig, motionInputs, type TrunkConfig } from './config.ts';

/** How a parameter starts: drawn from [−uniform, uniform), or a constant. */
export type Init = { readonly uniform: number } | { readonly constant: number };

/** One tensor of weights. */
export interface Parameter {
  /** Its name in a PyTorch state dict of the same model. */
  readonly name: string;
  /** Its shape there, row-major. */
  readonly shape: readonly number[];
  readonly init: Init;
  /** Whether the thop profiler's hooks miss it, so that neither it nor its products are counted in the paper's figures. */
  readonly unseen?: true;
}

/** torch.nn.Linear and Conv1d: weight [out, in, …] and bias [out], both U(±1/√fan_in) (kaiming_uniform with a = √5). */
export function affine(name: string, shape: readonly [number, ...number[]], biasInit?: Init): Parameter[] {
  const init = { uniform: 1 / Math.sqrt(elementCount(shape.slice(1))) };
  return [
    { name: `${name}.weight`, shape, init },
    { name: `${name}.bias`, shape: [shape[0]], init: biasInit ?? init },
  ];
}

/** torch.nn.Sequential of Linear layers with an activation after each: the linears sit at the even places. */
export function mlp(name: string, widths: readonly number[]): Parameter[] {
  return widths.slice(1).flatMap((width, i) => affine(`${name}.${2 * i}`, [width, widths[i]]));
}

export function layerNorm(name: string, width: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [width], init: { constant: 1 } },
    { name: `${name}.bias`, shape: [width], init: { constant: 0 } },
  ];
}

/** torch.nn.MultiheadAttention: queries, keys and values in one Xavier-uniform matrix; biases start at zero. It calls no module of its own. */
export function attentionParameters(name: string, width: number): Parameter[] {
  const xavier = { uniform: Math.sqrt(6 / (width + 3 * width)) };
  const parameters: Parameter[] = [
    { name: `${name}.in_proj_weight`, shape: [3 * width, width], init: xavier },
    { name: `${name}.in_proj_bias`, shape: [3 * width], init: { constant: 0 } },
    ...affine(`${name}.out_proj`, [width, width], { constant: 0 }),
  ];
  return parameters.map((parameter) => ({ ...parameter, unseen: true }));
}

/** torch.nn.TransformerEncoderLayer. */
export function encoderLayer(
  name: string,
  { width, feedForward }: Pick<MovtConfig, 'width' | 'feedForward'>,
): Parameter[] {
  return [
    ...attentionParameters(`${name}.self_attn`, width),
    ...affine(`${name}.linear1`, [feedForward, width]),
    ...affine(`${name}.linear2`, [width, feedForward]),
    ...layerNorm(`${name}.norm1`, width),
    ...layerNorm(`${name}.norm2`, width),
  ];
}

/** The parameters of MovT and PixT, which differ by what the motion branch sees of a point (`inputs` channels) and by their position branch. */
export function trunkParameters(config: TrunkConfig, inputs: number, position: readonly Parameter[]): Parameter[] {
  const { dim, width, kernel, outputs } = config;
  const motion = [inputs, ...config.motionHidden];
  const layers = Array.from({ length: config.layers }, (_, i) => encoderLayer(`encoder.layers.${i}`, config));
  return [
    ...mlp('motion.mlp', motion),
    ...affine('motion.conv', [dim, motion[motion.length - 1], kernel]),
    ...position,
    ...affine('fuse', [width, 2 * dim]),
    ...layers.flat(),
    ...affine('head', [outputs, width]),
  ];
}

/**
 * Every parameter of a MovT, in state-dict order: the one table that initialisation, checkpoints, the optimiser and
 * the tests read. It has no column for weight decay: torch.optim.AdamW given `model.parameters()` decays them all.
 */
export function movtParameters(config: MovtConfig): Parameter[] {
  const position = mlp('position', [2, ...config.positionHidden, config.dim]);
  return trunkParameters(config, motionInputs(config), position);
}

/** Number of weights of a model, biases and norms included. */
export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((count, { shape }) => count + elementCount(shape), 0);
}

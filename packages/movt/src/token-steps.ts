import type { LinearStep, NormStep, RowStep, Rows } from '@movt/kernels';
import type { MovtConfig } from './config.ts';
import type { GpuWeights } from './gpu-weights.ts';
import { POSITION_STRIDE, wholeVectors } from './pack-parameter.ts';

/** The matrices that MovT's token-local work reads and writes, one row a token, one after another in a buffer. */
export interface TokenState {
  /** Elements of the buffer. */
  readonly length: number;
  /** Mean position, [tokens, POSITION_STRIDE]. */
  readonly place: Rows;
  /** Hidden layers of the position MLP. */
  readonly placeHidden: readonly Rows[];
  /** E_M and E_P side by side, [tokens, 2·dim]. */
  readonly joined: Rows;
  /** The encoder's tokens, [tokens, width]. */
  readonly x: Rows;
  /** The tokens normalised, for pre-norm layers. */
  readonly normed: Rows;
  /** What attention answers. */
  readonly attended: Rows;
  /** The feed-forward block's hidden layer. */
  readonly hidden: Rows;
}

/** Lays the matrices out; each begins at a multiple of 64 elements, where WebGPU can bind it. */
export function layoutTokenState(config: MovtConfig, tokens: number): TokenState {
  const { dim, width, feedForward, positionHidden, normFirst } = config;
  let length = 0;
  const matrix = (stride: number): Rows => {
    const offset = length;
    length += Math.ceil((tokens * stride) / 64) * 64;
    return { offset, stride };
  };
  const x = matrix(width);
  const state = {
    place: matrix(POSITION_STRIDE),
    placeHidden: positionHidden.map(matrix),
    joined: matrix(2 * dim),
    x,
    normed: normFirst ? matrix(width) : x,
    attended: matrix(width),
    hidden: matrix(feedForward),
  };
  return { ...state, length };
}

/** Writes MovT's token-local work as steps of row_chain: what comes before attention, and between one attention and the next. */
export function createTokenSteps(config: MovtConfig, weights: GpuWeights, state: TokenState) {
  const { dim, width, feedForward, positionHidden, normFirst, layers } = config;

  type Placed = Pick<LinearStep, 'x' | 'y' | 'inner' | 'columns'> & Partial<LinearStep>;
  const named = (weight: string, bias: string, placed: Placed): LinearStep => ({
    kind: 'linear',
    weight: weights.offset(weight),
    bias: weights.offset(bias),
    ...placed,
  });
  const linear = (name: string, placed: Placed) => named(`${name}.weight`, `${name}.bias`, placed);
  const norm = (name: string, y: Rows): NormStep => ({
    kind: 'norm',
    x: state.x,
    y,
    columns: width,
    weight: weights.offset(`${name}.weight`),
    bias: weights.offset(`${name}.bias`),
  });

  /** The projection to queries, keys and values of a layer, into the chain's output; nothing after the last layer. */
  const projectToAttention = (layer: number): RowStep[] => {
    if (layer === layers) return [];
    const name = `encoder.layers.${layer}`;
    const project = named(`${name}.self_attn.in_proj_weight`, `${name}.self_attn.in_proj_bias`, {
      x: state.normed,
      y: { offset: 0, stride: 3 * width },
      toOutput: true,
      inner: width,
      columns: 3 * width,
    });
    return normFirst ? [norm(`${name}.norm1`, state.normed), project] : [project];
  };

  return {
    /** The position MLP into `joined`, where E_M already is; fuse; the first layer's projection. Its activation is ReLU. */
    embed(): RowStep[] {
      const widths = [POSITION_STRIDE, ...positionHidden, dim];
      const matrices = [
        state.place,
        ...state.placeHidden,
        { offset: state.joined.offset + dim, stride: state.joined.stride },
      ];
      const position = widths.slice(1).map((columns, i) =>
        linear(`position.${2 * i}`, {
          x: matrices[i],
          y: matrices[i + 1],
          inner: widths[i],
          columns,
          activated: i < positionHidden.length,
        }),
      );
      const fuse = linear('fuse', { x: state.joined, y: state.x, inner: 2 * dim, columns: width });
      return [...position, fuse, ...projectToAttention(0)];
    },
    /** What follows attention in a layer, and the next layer's projection. Its activation is the configuration's. */
    finish(layer: number): RowStep[] {
      const name = `encoder.layers.${layer}`;
      const { x, normed, attended, hidden } = state;
      const project = linear(`${name}.self_attn.out_proj`, {
        x: attended,
        y: x,
        residual: x,
        inner: width,
        columns: width,
      });
      const expand = linear(`${name}.linear1`, {
        x: normed,
        y: hidden,
        inner: width,
        columns: feedForward,
        activated: true,
      });
      const contract = linear(`${name}.linear2`, { x: hidden, y: x, residual: x, inner: feedForward, columns: width });
      const block = normFirst
        ? [project, norm(`${name}.norm2`, normed), expand, contract]
        : [project, norm(`${name}.norm1`, x), expand, contract, norm(`${name}.norm2`, x)];
      return [...block, ...projectToAttention(layer + 1)];
    },
  };
}

/** The head: E_F in the state's rows, [clips, width], to the chain's output, [clips, wholeVectors(outputs)]. */
export function headStep({ width, outputs }: MovtConfig, weights: GpuWeights): RowStep {
  return {
    kind: 'linear',
    x: { offset: 0, stride: width },
    y: { offset: 0, stride: wholeVectors(outputs) },
    toOutput: true,
    inner: width,
    columns: wholeVectors(outputs),
    weight: weights.offset('head.weight'),
    bias: weights.offset('head.bias'),
  };
}

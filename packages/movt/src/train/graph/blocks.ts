import { elementCount } from '@movt/kernels/safetensors';
import type { MovtConfig } from '../../config.ts';
import { wholeVectors } from '../../pack-parameter.ts';
import { movtParameters, type Parameter } from '../../parameters.ts';

/** A part of a parameter as training's kernels read it, in the order in which they read it. */
export interface Block {
  readonly name: string;
  /** Elements of the block. */
  readonly length: number;
  /** Which element of the parameter, as the state dict orders it, lies at `i`; -1 is a zero that pads. */
  readonly source: (i: number) => number;
}

/** A matrix with zeros after each row, up to whole vec4s. */
function paddedRows(name: string, [rows, columns]: readonly number[]): Block {
  const stride = wholeVectors(columns);
  const source = (i: number) => (i % stride < columns ? Math.floor(i / stride) * columns + (i % stride) : -1);
  return { name, length: rows * stride, source };
}

/** The blocks of a parameter: itself, but for those whose kernels want another order. */
function blocksOf({ name, shape }: Parameter): Block[] {
  const length = elementCount(shape);
  switch (name) {
    // As [taps, out, in]: channels lie side by side.
    case 'motion.conv.weight': {
      const [outputs, inputs, taps] = shape;
      const rows = outputs * inputs;
      return [{ name, length, source: (i) => (i % rows) * taps + Math.floor(i / rows) }];
    }
    case 'position.0.weight':
      return [paddedRows(name, shape)];
    // velocity_linear reads the columns of velocity and occlusion as they are.
    case 'motion.mlp.0.weight':
      return [shape[1] > 3 ? paddedRows(name, shape) : { name, length, source: (i) => i }];
    // E_M and E_P are tensors of their own: each has its half of the columns.
    case 'fuse.weight': {
      const dim = shape[1] / 2;
      const half = (first: number) => (i: number) => Math.floor(i / dim) * 2 * dim + first + (i % dim);
      return [
        { name: FUSE_MOTION, length: length / 2, source: half(0) },
        { name: FUSE_POSITION, length: length / 2, source: half(dim) },
      ];
    }
    default:
      return [{ name, length, source: (i) => i }];
  }
}

/** The columns of `fuse.weight` that E_M meets. */
export const FUSE_MOTION = 'fuse.weight[motion]';
/** The columns of `fuse.weight` that E_P meets. */
export const FUSE_POSITION = 'fuse.weight[position]';

/** Where a block lies in each of training's flat buffers. */
export interface PlacedBlock extends Block {
  /** The parameter that it is a part of. */
  readonly parameter: Parameter;
  /** In elements. */
  readonly offset: number;
  /** Whether it stays as it is. */
  readonly frozen: boolean;
}

/** The flat buffers' order: what is trained, then what is frozen, so that one range holds all that an optimiser changes. */
export interface Layout {
  readonly blocks: readonly PlacedBlock[];
  /** Elements of a flat buffer. */
  readonly length: number;
  /** Elements at its beginning that are trained. */
  readonly trainedLength: number;
}

/** Elements between the starts of blocks: WebGPU binds storage at multiples of 256 bytes. */
const ALIGNMENT = 64;

/** @param frozen beginnings of the names of parameters that stay as they are */
export function layoutParameters(config: MovtConfig, frozen: readonly string[]): Layout {
  const isFrozen = ({ name }: Parameter) => frozen.some((prefix) => name.startsWith(prefix));
  const parameters = movtParameters(config);
  const blocks: PlacedBlock[] = [];
  let length = 0;
  const place = (parameter: Parameter) => {
    for (const block of blocksOf(parameter)) {
      blocks.push({ ...block, parameter, offset: length, frozen: isFrozen(parameter) });
      length += Math.ceil(block.length / ALIGNMENT) * ALIGNMENT;
    }
  };
  parameters.filter((parameter) => !isFrozen(parameter)).forEach(place);
  const trainedLength = length;
  parameters.filter(isFrozen).forEach(place);
  return { blocks, length, trainedLength };
}

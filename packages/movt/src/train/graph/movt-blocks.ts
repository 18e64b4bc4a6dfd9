import { elementCount } from '@movt/kernels/safetensors';
import { wholeVectors } from '../../pack-parameter.ts';
import type { Parameter } from '../../parameters.ts';
import { type Block, wholeBlock } from './blocks.ts';

/** The columns of `fuse.weight` that E_M meets. */
export const FUSE_MOTION = 'fuse.weight[motion]';
/** The columns of `fuse.weight` that E_P meets. */
export const FUSE_POSITION = 'fuse.weight[position]';

/** A matrix with zeros after each row, up to whole vec4s. */
export function paddedRows({ name, shape: [rows, columns] }: Pick<Parameter, 'name' | 'shape'>): Block {
  const stride = wholeVectors(columns);
  const source = (i: number) => (i % stride < columns ? Math.floor(i / stride) * columns + (i % stride) : -1);
  return { name, length: rows * stride, source };
}

/** The blocks of MovT's parameters: each is one, but for those whose kernels want another order. */
export function movtBlocks({ name, shape }: Parameter): Block[] {
  const length = elementCount(shape);
  switch (name) {
    // As [taps, out, in]: channels lie side by side.
    case 'motion.conv.weight': {
      const [outputs, inputs, taps] = shape;
      const rows = outputs * inputs;
      return [{ name, length, source: (i) => (i % rows) * taps + Math.floor(i / rows) }];
    }
    case 'position.0.weight':
      return [paddedRows({ name, shape })];
    // velocity_linear reads the columns of velocity and occlusion as they are.
    case 'motion.mlp.0.weight':
      return [shape[1] > 3 ? paddedRows({ name, shape }) : { name, length, source: (i) => i }];
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
      return [wholeBlock({ name, shape })];
  }
}

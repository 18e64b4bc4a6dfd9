import { elementCount } from '@movt/kernels/safetensors';
import type { Network } from '../../model.ts';
import type { Parameter } from '../../parameters.ts';

/** A part of a parameter as training's kernels read it, in the order in which they read it. */
export interface Block {
  readonly name: string;
  /** Elements of the block. */
  readonly length: number;
  /** Which element of the parameter, as the state dict orders it, lies at `i`; -1 is a zero that pads. */
  readonly source: (i: number) => number;
}

/** A parameter as one block, in its own order. */
export function wholeBlock({ name, shape }: Pick<Parameter, 'name' | 'shape'>): Block {
  return { name, length: elementCount(shape), source: (i) => i };
}

/** Where a block lies in each of training's flat buffers. */
export interface PlacedBlock extends Block {
  /** The parameter that it is a part of. */
  readonly parameter: Parameter;
  /** In elements. */
  readonly offset: number;
  /** Whether it stays as it is. */
  readonly frozen: boolean;
}

/** What is trained of the parameters that lie at one depth of the model. */
export interface DepthRange {
  readonly depth: number;
  /** In elements. */
  readonly offset: number;
  readonly length: number;
}

/**
 * The flat buffers' order: what is trained, from the input to the head, then what is frozen. So one range holds all that an optimiser changes,
 * and a part of it what has one learning rate.
 */
export interface Layout {
  readonly blocks: readonly PlacedBlock[];
  readonly depths: readonly DepthRange[];
  /** Elements of a flat buffer. */
  readonly length: number;
  /** Elements at its beginning that are trained. */
  readonly trainedLength: number;
}

/** Elements between the starts of blocks: WebGPU binds storage at multiples of 256 bytes. */
const ALIGNMENT = 64;

/** All names begin so. With all parameters frozen a tape leaves out what only training needs. */
export const EVERYTHING: readonly string[] = [''];

/** @param frozen beginnings of the names of parameters that stay as they are */
export function layoutParameters(
  { parameters, depth: deepest, depthOf, blocksOf }: Network,
  frozen: readonly string[],
): Layout {
  const isFrozen = ({ name }: Parameter) => frozen.some((prefix) => name.startsWith(prefix));
  const blocks: PlacedBlock[] = [];
  const depths: DepthRange[] = [];
  let length = 0;
  const place = (parameter: Parameter) => {
    for (const block of blocksOf(parameter)) {
      blocks.push({ ...block, parameter, offset: length, frozen: isFrozen(parameter) });
      length += Math.ceil(block.length / ALIGNMENT) * ALIGNMENT;
    }
  };
  for (let depth = 0; depth <= deepest; depth++) {
    const offset = length;
    parameters.filter((parameter) => depthOf(parameter.name) === depth && !isFrozen(parameter)).forEach(place);
    if (length > offset) depths.push({ depth, offset, length: length - offset });
  }
  const trainedLength = length;
  parameters.filter(isFrozen).forEach(place);
  return { blocks, depths, length, trainedLength };
}

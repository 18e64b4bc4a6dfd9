import type { Operand } from '@movt/kernels';
import { elementCount } from '@movt/kernels/safetensors';
import type { Network } from '../model.ts';
import { EVERYTHING, layoutParameters, type PlacedBlock } from '../train/graph/blocks.ts';
import type { ParameterSlices } from '../train/graph/parameter-buffers.ts';

/** A model's parameters where nothing is run: a tape gets slices of them, which can be told again among the operands of a list. */
export interface ListedParameters extends ParameterSlices {
  /** The blocks that lie in the first `length` elements of an operand. */
  blocksIn(operand: Operand, length: number): readonly PlacedBlock[];
  /** Elements of a block that are the parameter's own, and no zeros that pad it. */
  countOwn(block: PlacedBlock): number;
}

/** Stands for the buffer that a list has no need of. */
const NOWHERE = {} as GPUBuffer;

export function listParameters(network: Network): ListedParameters {
  const { blocks } = layoutParameters(network, EVERYTHING);
  const places = new Map(blocks.map((block) => [block.name, block]));
  const laid = new Map<string, number>();
  for (const { parameter, length } of blocks) laid.set(parameter.name, (laid.get(parameter.name) ?? 0) + length);
  return {
    isTrained: () => false,
    slice(_kind, name) {
      const { offset, length } = places.get(name)!;
      return { buffer: NOWHERE, offset: offset * 4, byteLength: length * 4 };
    },
    blocksIn(operand, length) {
      if (!('buffer' in operand) || operand.buffer !== NOWHERE) return [];
      const first = operand.offset / 4;
      return blocks.filter((block) => block.offset < first + length && first < block.offset + block.length);
    },
    countOwn({ parameter, length, source }) {
      // Looking at every element is for the few that are padded: there are models of 10⁸.
      if (laid.get(parameter.name) === elementCount(parameter.shape)) return length;
      let own = 0;
      for (let i = 0; i < length; i++) if (source(i) >= 0) own++;
      return own;
    },
  };
}

/** Golden files: inputs and outputs computed elsewhere. Node and Deno only. */
import { readFileSync } from 'node:fs';
import { parseSafetensors, type TensorEntry, toFloat32, toNumbers } from '../safetensors/index.ts';

/** A tensor of a golden file; whole numbers (targets, video) are widened to float32, exact below 2²⁴. */
export interface GoldenTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** A golden file. */
export interface Golden {
  /** The parsed JSON of the metadata's `config`; a model checks it with its own `parseConfig`. */
  config: unknown;
  metadata: Record<string, string>;
  /** The names of its tensors. */
  names: readonly string[];
  /** The tensor of that name; throws for a name that the file does not hold. */
  tensor(name: string): GoldenTensor;
}

function widen(entry: TensorEntry): GoldenTensor {
  const isFloat = entry.dtype.startsWith('F') || entry.dtype === 'BF16';
  return { shape: entry.shape, data: isFloat ? toFloat32(entry) : Float32Array.from(toNumbers(entry)) };
}

/** Reads a golden file; `path` is relative to the repository's root, where tests are started. */
export function readGolden(path: string): Golden {
  const { tensors, metadata } = parseSafetensors(readFileSync(path), path);
  return {
    config: JSON.parse(metadata.config),
    metadata,
    names: [...tensors.keys()],
    tensor(name) {
      const entry = tensors.get(name);
      if (!entry) throw new Error(`${path} holds no tensor ${name}; it holds ${[...tensors.keys()].join(', ')}`);
      return widen(entry);
    },
  };
}

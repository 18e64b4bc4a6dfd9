import { badInput } from '@movt/kernels';
import { DTYPE_BYTES, elementCount, type TensorEntry } from '@movt/kernels/safetensors';
import { checkShapes, readWeight } from '../checkpoint.ts';
import type { Weights } from '../init.ts';
import { parseVideomaeConfig, type VideomaeConfig } from './config.ts';
import { huggingFaceNames, recogniseVideomae } from './names.ts';
import { videomaeParameters } from './parameters.ts';

/** What leaves no trace in names and shapes of weights. */
export interface ImportOptions {
  /** Frames of a clip: 16, or 1 where a patch spans one frame. */
  readonly frames?: number;
  /** Pixels along each side of a frame: 224. */
  readonly size?: number;
  /** Attention heads: one for 64 channels, or 16 of the 1280 of ViT-huge. Hugging Face's config.json says 16 of videomae-small, which the authors trained with 6. */
  readonly heads?: number;
}

/** What layer norms add to the variance, which is not stored either. */
const EPS = {
  authors: { normEps: 1e-6, fcNormEps: 1e-6 },
  huggingface: { normEps: 1e-12, fcNormEps: 1e-5 },
} as const;

const usualHeads = (width: number) => (width === 1280 ? 16 : Math.max(Math.floor(width / 64), 1));

/**
 * A VideoMAE from somebody's checkpoint of fine-tuning: by the authors' names, which are ours, or by Hugging Face's. Positions are computed,
 * never loaded.
 *
 * @throws MovtError bad_input that says which names and shapes were expected and which are there
 */
export function importVideomae(
  file: ReadonlyMap<string, TensorEntry>,
  options: ImportOptions,
  source: string,
): { config: VideomaeConfig; weights: Weights } {
  const { naming, sizes, tensors } = recogniseVideomae(file, source);
  const { frames = sizes.tubelet === 1 ? 1 : 16, size = 224, heads = usualHeads(sizes.width) } = options;
  const config = parseVideomaeConfig(
    { model: 'videomae', frames, size, ...sizes, heads, mlpRatio: 4, ...EPS[naming] },
    source,
  );
  const wanted = videomaeParameters(config).map(({ name, shape }) => {
    const names = naming === 'authors' ? [name] : huggingFaceNames(name);
    return {
      name,
      shape,
      parts: names.map((part) => ({ name: part, shape: [shape[0] / names.length, ...shape.slice(1)] })),
    };
  });
  const expected = wanted.flatMap(({ parts }) => parts);
  const whose = naming === 'authors' ? "the authors'" : "Hugging Face's";
  const needed = `the ${expected.length} tensors of a VideoMAE of ${sizes.layers} blocks, ${sizes.width} wide, by ${whose} names`;
  checkShapes(expected, tensors, source, needed);
  const weights: Weights = new Map();
  for (const { name, shape, parts } of wanted) {
    const entry = joinRows(
      parts.map((part) => tensors.get(part.name)!),
      shape,
      `${name} of ${source}`,
    );
    weights.set(name, readWeight(name, entry, source));
  }
  return { config, weights };
}

/** Matrices of as many columns, one below the other. */
function joinRows(parts: readonly TensorEntry[], shape: readonly number[], what: string): TensorEntry {
  const [{ dtype }] = parts;
  if (parts.length === 1) return parts[0];
  if (parts.some((part) => part.dtype !== dtype)) {
    const given = parts.map((part) => part.dtype).join(', ');
    throw badInput({ action: `reading ${what}`, given, needed: 'one type for queries, keys and values' });
  }
  const data = new Uint8Array(elementCount(shape) * DTYPE_BYTES[dtype]);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { dtype, shape, data };
}

import { stat } from 'node:fs/promises';
import { badInput } from '@movt/kernels';
import { float32Entry, int64Entry, type TensorEntry, toFloat32, toNumbers } from '@movt/kernels/safetensors';
import { readSafetensors, writeSafetensors } from '@movt/kernels/safetensors/file';

/** A model's answers for the clips of a split. */
export interface Answers {
  /** [clips] their places in the set. */
  readonly indices: readonly number[];
  /** [clips][outputs] logits, or values. */
  readonly outputs: readonly Float32Array[];
  /** [clips][width] E_F. */
  readonly features: readonly Float32Array[];
}

/** Null where the set has no such clips. */
export interface Predictions {
  /** Of the code that made them. */
  readonly commit: string;
  readonly validation: Answers | null;
  readonly test: Answers | null;
}

export const PREDICTIONS = 'predictions.safetensors';
const SPLITS = ['validation', 'test'] as const;

/** Stores predictions; a reader sees none or all of them. */
export async function writePredictions(path: string, predictions: Predictions): Promise<void> {
  const tensors = new Map<string, TensorEntry>();
  for (const split of SPLITS) {
    const answers = predictions[split];
    if (!answers) continue;
    tensors.set(`${split}.indices`, int64Entry([answers.indices.length], [...answers.indices]));
    for (const kind of ['outputs', 'features'] as const) tensors.set(`${split}.${kind}`, matrixEntry(answers[kind]));
  }
  await writeSafetensors(path, tensors, { commit: predictions.commit });
}

/** Reads what `writePredictions` wrote; null where there is no such file. Throws bad_input for another one. */
export async function readPredictions(path: string): Promise<Predictions | null> {
  if (!(await stat(path).catch(() => null))) return null;
  const { tensors, metadata } = await readSafetensors(path);
  const answersOf = (split: string): Answers | null => {
    const entry = tensors.get(`${split}.indices`);
    if (!entry) return null;
    const indices = toNumbers(entry);
    const rows = (kind: string) =>
      matrixRows(tensors.get(`${split}.${kind}`), indices.length, `${split}.${kind}`, path);
    return { indices, outputs: rows('outputs'), features: rows('features') };
  };
  return { commit: metadata.commit ?? '', validation: answersOf('validation'), test: answersOf('test') };
}

function matrixEntry(rows: readonly Float32Array[]): TensorEntry {
  const width = rows[0].length;
  const all = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) all.set(row, i * width);
  return float32Entry([rows.length, width], all);
}

function matrixRows(entry: TensorEntry | undefined, count: number, name: string, path: string): Float32Array[] {
  if (entry?.dtype !== 'F32' || entry.shape.length !== 2 || entry.shape[0] !== count) {
    throw badInput({
      action: `reading ${path}`,
      given: `no ${name} F32 [${count},…]`,
      needed: 'what a study wrote there',
    });
  }
  const all = toFloat32(entry);
  const width = entry.shape[1];
  return Array.from({ length: count }, (_, i) => all.slice(i * width, (i + 1) * width));
}

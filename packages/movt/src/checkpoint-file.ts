/** Checkpoints on disk. Node and Deno only; a browser hands bytes to `parseSafetensors` and `decodeCheckpoint`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { isPytorch, parsePytorch } from '@movt/kernels/pytorch';
import { parseSafetensors, type Safetensors } from '@movt/kernels/safetensors';
import { readFileBytes, readSafetensors, writeSafetensors } from '@movt/kernels/safetensors/file';
import { type Checkpoint, decodeModelCheckpoint, encodeCheckpoint, onlyMovt } from './checkpoint.ts';
import type { ModelConfig } from './models.ts';
import { parseVideomaeConfig } from './videomae/config.ts';
import { type ImportOptions, importVideomae } from './videomae/import.ts';
import { looksLikeVideomae } from './videomae/names.ts';

/** What a folder's checkpoint is called, that of a training run too; the run's other safetensors are no models. */
const USUAL_NAME = 'model.safetensors';

/** torch.save's files, by the endings that are usual. */
const PYTORCH = /\.(pth|pt|bin)$/;

/**
 * The checkpoint in a folder: model.safetensors, else its shards' index, else its only safetensors file, else its only
 * file of PyTorch. The path itself if no folder.
 */
async function findCheckpoint(path: string): Promise<string> {
  // A file, or nothing at all: `readSafetensors` says which.
  const files = await readdir(path).catch(() => null);
  if (files === null) return path;
  if (files.includes(USUAL_NAME)) return join(path, USUAL_NAME);
  const indexes = files.filter((file) => file.endsWith('.safetensors.index.json'));
  const single = files.filter((file) => file.endsWith('.safetensors'));
  const found = [indexes, single, files.filter((file) => PYTORCH.test(file))].find(({ length }) => length > 0) ?? [];
  if (found.length === 1) return join(path, found[0]);
  throw badInput({
    action: `reading the folder ${path}`,
    given: found.length === 0 ? 'no checkpoint' : `${found.length} of them (${found.slice(0, 3).join(', ')})`,
    needed: 'one .safetensors file, one .safetensors.index.json with its shards, or one .pth',
  });
}

/** Tensors of a safetensors file or of one that torch.save wrote, told apart by how they begin. */
async function readTensors(file: string): Promise<Safetensors & { fromPytorch: boolean }> {
  if (file.endsWith('.json')) return { ...(await readSafetensors(file)), fromPytorch: false };
  const bytes = await readFileBytes(file);
  if (isPytorch(bytes)) return { tensors: await parsePytorch(bytes, file), metadata: {}, fromPytorch: true };
  return { ...parseSafetensors(bytes, file), fromPytorch: false };
}

/**
 * Reads a checkpoint of any kind of model: a .safetensors file, the .safetensors.index.json of a sharded one, a .pth of PyTorch, or a folder
 * with one. One without a configuration has to be a VideoMAE by the authors' names or Hugging Face's; see importVideomae.
 *
 * @param clip what is to be otherwise in a VideoMAE's configuration, or where it has none than is usual; of no other model
 * @throws MovtError bad_input that names what is wrong and where
 */
export async function readModelCheckpoint(path: string, clip: ImportOptions = {}): Promise<Checkpoint<ModelConfig>> {
  const file = await findCheckpoint(path);
  const { fromPytorch, ...stored } = await readTensors(file);
  if (fromPytorch || (stored.metadata.config === undefined && looksLikeVideomae(stored.tensors.keys()))) {
    return { ...importVideomae(stored.tensors, clip, file), task: 'classification', classes: null };
  }
  const checkpoint = decodeModelCheckpoint(stored, file);
  const { config } = checkpoint;
  if (!('model' in config) || config.model !== 'videomae') return checkpoint;
  return { ...checkpoint, config: parseVideomaeConfig({ ...config, ...clip }, file) };
}

/** Reads a checkpoint of MovT; see readModelCheckpoint. Throws bad_input for a model of another kind. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return onlyMovt(await readModelCheckpoint(path), path);
}

/**
 * Writes a checkpoint as one F32 safetensors file; a reader sees the old file or the whole new one.
 * @param notes further metadata, such as how it was trained
 */
export async function writeCheckpoint(
  path: string,
  checkpoint: Checkpoint<ModelConfig>,
  notes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  await writeSafetensors(path, tensors, { ...metadata, ...notes });
}

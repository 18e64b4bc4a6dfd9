/** Checkpoints on disk. Node and Deno only; a browser hands bytes to `parseSafetensors` and `decodeCheckpoint`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readSafetensors, writeSafetensors } from '@movt/kernels/safetensors/file';
import { type Checkpoint, decodeCheckpoint, decodeModelCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { ModelConfig } from './models.ts';

/** What a folder's checkpoint is called, that of a training run too; the run's other safetensors are no models. */
const USUAL_NAME = 'model.safetensors';

/**
 * The checkpoint in a folder: model.safetensors, else its shards' index, else its only safetensors file. The path
 * itself if no folder.
 */
async function findCheckpoint(path: string): Promise<string> {
  // A file, or nothing at all: `readSafetensors` says which.
  const files = await readdir(path).catch(() => null);
  if (files === null) return path;
  if (files.includes(USUAL_NAME)) return join(path, USUAL_NAME);
  const indexes = files.filter((file) => file.endsWith('.safetensors.index.json'));
  const found = indexes.length > 0 ? indexes : files.filter((file) => file.endsWith('.safetensors'));
  if (found.length === 1) return join(path, found[0]);
  throw badInput({
    action: `reading the folder ${path}`,
    given: found.length === 0 ? 'no checkpoint' : `${found.length} of them (${found.slice(0, 3).join(', ')})`,
    needed: 'one .safetensors file, or one .safetensors.index.json with its shards',
  });
}

/** Reads a checkpoint of any kind of model; see readCheckpoint. */
export async function readModelCheckpoint(path: string): Promise<Checkpoint<ModelConfig>> {
  const file = await findCheckpoint(path);
  return decodeModelCheckpoint(await readSafetensors(file), file);
}

/**
 * Reads a checkpoint of MovT: a .safetensors file, the .safetensors.index.json of a sharded one, or a folder with one.
 * @throws MovtError bad_input that names what is wrong and where
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await findCheckpoint(path);
  return decodeCheckpoint(await readSafetensors(file), file);
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

/** Safetensors on disk. Node and Deno only; a browser hands bytes to `parseSafetensors`. */
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badInput, limitExceeded } from '../runtime/errors.ts';
import type { TensorEntry } from './dtype.ts';
import { encodeSafetensors } from './encode.ts';
import { parseSafetensors, type Safetensors } from './parse.ts';

/** Node 20 reads at most 2 GiB into one buffer. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
const MAX_INDEX_BYTES = 16 * 2 ** 20;

/**
 * Reads `x.safetensors`, or, given `x.safetensors.index.json`, all shards that the index names (they lie beside it).
 * Throws bad_input for a missing or malformed file and for an index that does not match its shards.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  if (path.endsWith('.json')) return readShards(path);
  return parseSafetensors(await readFileBytes(path), path);
}

/**
 * Writes a safetensors file; a reader sees the old file or the whole new one. Throws bad_input where it cannot be
 * written.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorEntry>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}

/**
 * Writes beside the target under a name of this process, then renames: nothing half-written is left behind.
 * Throws bad_input where the folder is missing or cannot be written.
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  try {
    // Flushed first: the new name must not outlive a power cut that the bytes did not, and some disks are found full only then.
    await writeFile(temporary, bytes, { flag: 'wx', flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // The first error is the one that explains.
    throw fileError('writing', path, error);
  }
}

/** Tensor names by shard, from Hugging Face's index (`{ weight_map: { tensor name: file name } }`). */
async function readShards(path: string): Promise<Safetensors> {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${path}`, given, needed });
  const weightMap = parseWeightMap(await readFileBytes(path, MAX_INDEX_BYTES));
  if (!weightMap) throw refuse('no weight_map of file names', 'the index of a sharded safetensors checkpoint');

  const tensors = new Map<string, TensorEntry>();
  const metadata: Record<string, string> = {};
  for (const file of new Set(weightMap.values())) {
    // A name with a folder in it could read any file of the machine.
    if (basename(file) !== file || !file.endsWith('.safetensors')) {
      throw refuse(`the shard '${file}'`, 'the name of a .safetensors file beside the index');
    }
    const shard = await readSafetensors(join(dirname(path), file));
    Object.assign(metadata, shard.metadata);
    for (const [name, entry] of shard.tensors) {
      if (weightMap.get(name) !== file) {
        throw refuse(`tensor '${name}' in ${file}`, `it in ${weightMap.get(name) ?? 'no shard (the index lacks it)'}`);
      }
      tensors.set(name, entry);
    }
  }
  for (const [name, file] of weightMap) {
    if (!tensors.has(name)) throw refuse(`no tensor '${name}' in ${file}`, 'every tensor of the index');
  }
  return { tensors, metadata };
}

function parseWeightMap(bytes: Uint8Array): Map<string, string> | null {
  try {
    const entries = Object.entries(JSON.parse(new TextDecoder().decode(bytes)).weight_map);
    return entries.every(([, file]) => typeof file === 'string') ? new Map(entries as [string, string][]) : null;
  } catch {
    return null;
  }
}

/** A whole file, at most `maxBytes` long. Throws bad_input or limit_exceeded where it cannot be read. */
export async function readFileBytes(path: string, maxBytes = MAX_FILE_BYTES): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) {
      throw limitExceeded({
        action: `reading ${path}`,
        given: `${size} bytes`,
        needed: `at most ${maxBytes} bytes`,
        ...(maxBytes === MAX_FILE_BYTES && {
          fix: 'Split it: a checkpoint into shards with a model.safetensors.index.json, tracks into files of a folder.',
        }),
      });
    }
    return await readFile(path);
  } catch (error) {
    throw fileError('reading', path, error);
  }
}

/** The user's words for the file system's codes; any other error (also one of ours) is passed on. */
export function fileError(action: string, path: string, error: unknown): unknown {
  const found: Record<string, [given: string, needed: string]> = {
    ENOENT: action === 'reading' ? ['no such file', 'a file'] : ['no such folder', `the folder ${dirname(path)}`],
    ENOTDIR: ['a file where a folder should be', `the folder ${dirname(path)}`],
    EISDIR: ['a folder', 'a file'],
    EACCES: ['no permission', `the right to ${action === 'reading' ? 'read' : 'write'} it`],
    EPERM: ['no permission', `the right to ${action === 'reading' ? 'read' : 'write'} it`],
    EROFS: ['a read-only file system', 'a folder that can be written'],
    ENOSPC: ['a full disk', 'free space'],
    EDQUOT: ['a disk quota that is used up', 'free space'],
    EFBIG: ['a limit on the size of files', 'a higher one'],
  };
  const words = found[(error as NodeJS.ErrnoException).code ?? ''];
  if (!words) return error;
  return badInput({ action: `${action} ${path}`, given: words[0], needed: words[1] });
}

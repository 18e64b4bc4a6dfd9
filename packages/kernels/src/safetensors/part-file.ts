/** Safetensors on disk that are larger than memory: read and written in parts. Node and Deno only. */
import { type FileHandle, open } from 'node:fs/promises';
import { badInput } from '../runtime/errors.ts';
import { layOutSafetensors, type TensorShape } from './encode.ts';
import { fileError } from './file.ts';
import { parseSafetensorsHeader, type SafetensorsHeader, safetensorsDataStart } from './parse.ts';

/** Reads where a file's tensors are, and none of them. Throws bad_input for a missing or malformed file. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const start = safetensorsDataStart(await readExactly(file, 0, Math.min(8, size), path), size, path);
    return parseSafetensorsHeader(await readExactly(file, 0, start, path), size, path);
  });
}

/** Bytes `begin` … `end` of a file. Throws bad_input where they are not there. */
export async function readFilePart(path: string, begin: number, end: number): Promise<Uint8Array> {
  return withFile(path, (file) => readExactly(file, begin, end - begin, path));
}

/** A safetensors file that is being written, part by part, in any order. */
export interface SafetensorsWriter {
  /** Writes bytes of a tensor, from its byte `offset` on. */
  write(name: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** Hands what was written to the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file to be written in parts. Where it is there with this very header its bytes are kept, so that an interrupted work can be gone on
 * with; or else it begins anew, with zeros. Whoever reads it must know when it is whole.
 *
 * @throws MovtError bad_input where it cannot be written
 */
export async function openSafetensorsWriter(
  path: string,
  tensors: ReadonlyMap<string, TensorShape>,
  metadata?: Readonly<Record<string, string>>,
): Promise<SafetensorsWriter> {
  const { header, offsets, byteLength } = layOutSafetensors(tensors, metadata);
  const failed = (error: unknown) => {
    throw fileError('writing', path, error);
  };
  const file = await open(path, 'r+')
    .catch(() => open(path, 'w+'))
    .catch(failed);
  const begun = Buffer.alloc(header.length);
  await file.read(begun, 0, header.length, 0);
  if (!begun.equals(header)) {
    await file.truncate(0);
    await writeAll(file, header, 0).catch(failed);
  }
  await file.truncate(byteLength).catch(failed);
  return {
    write: (name, offset, bytes) => writeAll(file, bytes, offsets.get(name)! + offset).catch(failed),
    flush: () => file.datasync().catch(failed),
    close: () => file.close(),
  };
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error) => {
    throw fileError('reading', path, error);
  });
  try {
    return await work(file);
  } catch (error) {
    throw fileError('reading', path, error);
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, position: number, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) {
      throw badInput({ action: `reading ${path}`, given: `${position + done} bytes`, needed: `${position + length}` });
    }
    done += bytesRead;
  }
  return bytes;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '@movt/kernels/safetensors/file';
import { lockFolder } from './lock.ts';

/** A folder in which studies keep what they train and measure: what is there is never made twice. */
export interface Workspace {
  readonly folder: string;
  /** The folder of a run by its key. */
  runFolder(key: string): string;
}

/**
 * Does work that writes into a workspace, which is made where it is missing; no other process may meanwhile.
 * @throws MovtError bad_input where another process uses it, or where it cannot be made
 */
export async function inWorkspace<T>(folder: string, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  await mkdir(join(folder, 'runs'), { recursive: true }).catch((error) => {
    throw fileError('writing', folder, error);
  });
  const unlock = await lockFolder(folder);
  try {
    return await work(readWorkspace(folder));
  } finally {
    await unlock();
  }
}

/** A workspace that is only read: what another process is about to write is not seen. */
export function readWorkspace(folder: string): Workspace {
  return { folder, runFolder: (key) => join(folder, 'runs', key) };
}

/** Models in a folder. Node and Deno only. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import type { Repository } from './repository.ts';

const VERSION = /^[1-9]\d{0,8}$/;
/** Trained on motion-12, and shipped. */
const SHIPPED = 'movt/models/motion-12.safetensors';

/**
 * The models of a folder: NAME/VERSION/ with a checkpoint or a run of `movt train` each, VERSION a number from 1, or NAME/ with one by itself,
 * which is version 1. Names that begin with a dot are left alone.
 */
export function folderRepository(folder: string): Repository {
  return {
    async list() {
      const names = await foldersIn(folder);
      const versions = await Promise.all(names.map((name) => versionsIn(join(folder, name))));
      if (names.length === 0) {
        const needed = 'a folder for each model: NAME/VERSION/ or NAME/ with a checkpoint or a run of `movt train`';
        throw badInput({ action: `reading the models in ${folder}`, given: 'no folder', needed });
      }
      return names.flatMap((name, i) => versions[i].map((version) => ({ name, version })));
    },
    async read(name, version) {
      const own = join(folder, name);
      const hasVersions = (await foldersIn(own)).some((entry) => VERSION.test(entry));
      return readModelCheckpoint(hasVersions ? join(own, version) : own);
    },
  };
}

/** The shipped model, as `movt`. */
export function shippedRepository(): Repository {
  return {
    list: async () => [{ name: 'movt', version: '1' }],
    read: () => readModelCheckpoint(fileURLToPath(import.meta.resolve(SHIPPED))),
  };
}

async function versionsIn(folder: string): Promise<string[]> {
  const versions = (await foldersIn(folder)).filter((name) => VERSION.test(name));
  return versions.length > 0 ? versions.sort((a, b) => Number(a) - Number(b)) : ['1'];
}

/** The folders in a folder, and links to folders, by name. */
async function foldersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    throw fileError('reading', folder, error);
  });
  const shown = names.filter((name) => !name.startsWith('.')).sort();
  // One that went away meanwhile is none.
  const stats = await Promise.all(shown.map((name) => stat(join(folder, name)).catch(() => null)));
  return shown.filter((_, i) => stats[i]?.isDirectory());
}

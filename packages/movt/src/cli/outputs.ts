import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';

/**
 * Refuses, before any long work, outputs that could not be written in the end: a missing folder, no permission, a
 * folder or device by that name, and a name that is given twice or is an input's.
 *
 * @throws MovtError bad_input; nothing is left behind
 */
export async function checkOutputs(outputs: readonly string[], inputs: readonly string[]): Promise<void> {
  const taken = new Set(inputs.map((path) => resolve(path)));
  for (const path of outputs) {
    if (taken.has(resolve(path))) {
      throw badInput({
        action: `writing ${path}`,
        given: 'a name that another file of this command has',
        needed: 'one of its own',
      });
    }
    taken.add(resolve(path));
    const found = await stat(path).catch(() => null);
    if (found && !found.isFile()) {
      const given = found.isDirectory() ? 'a folder' : 'something that is no plain file';
      throw badInput({ action: `writing ${path}`, given, needed: 'the name of a file' });
    }
    await tryToWrite(path);
  }
}

/**
 * Makes a folder for outputs where it is missing (its parent must be there).
 *
 * @returns what undoes it when the work fails: takes the folder away if it was made here and is empty still
 * @throws MovtError bad_input where it cannot be made
 */
export async function makeFolder(path: string): Promise<() => Promise<void>> {
  const found = await stat(path).catch(() => null);
  if (found && !found.isDirectory()) {
    throw badInput({ action: `writing into ${path}`, given: 'a file', needed: 'a folder' });
  }
  if (found) return async () => {};
  await mkdir(path).catch((error) => {
    throw fileError('writing', path, error);
  });
  return () => rmdir(path).catch(() => {});
}

/**
 * Does work that leaves files in a folder: makes it where it is missing, and takes it away again when the work fails.
 *
 * @param folder none where the work shall leave no files
 * @param names of the files; others may follow
 * @throws MovtError bad_input, before the work begins, where they could not be written
 */
export async function intoFolder(
  folder: string | undefined,
  names: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  if (folder === undefined) return work();
  const removeFolder = await makeFolder(folder);
  try {
    const paths = names.map((name) => join(folder, name));
    await checkOutputs(paths, []);
    await work();
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** Only writing tells for sure: permissions say yes to root on a read-only disk. */
async function tryToWrite(path: string): Promise<void> {
  const trial = join(dirname(path), `.movt.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  try {
    await writeFile(trial, '', { flag: 'wx' });
  } catch (error) {
    throw fileError('writing', path, error);
  } finally {
    await rm(trial, { force: true }).catch(() => {});
  }
}

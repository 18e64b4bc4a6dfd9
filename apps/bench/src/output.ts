import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';

/** Refuses, before any long work, a file that could not be written in the end: a missing folder, no permission, a folder by that name. */
export async function checkOutput(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((error) => {
    throw fileError('writing', path, error);
  });
  const found = await stat(path).catch(() => null);
  if (found && !found.isFile()) {
    throw badInput({
      action: `writing ${path}`,
      given: 'something that is no plain file',
      needed: 'the name of a file',
    });
  }
}

import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * Takes a folder for this process, so that no two write the same files. A process that was killed leaves its lock behind: the next one on that
 * machine sees that it is gone and takes over.
 *
 * @returns gives it back
 * @throws MovtError bad_input where another process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock.json');
  const mine: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  const temporary = join(folder, `.lock.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`);
  await writeFile(temporary, JSON.stringify(mine)).catch((error) => {
    throw fileError('writing', temporary, error);
  });
  try {
    // A link to a whole file appears at once or, where the name is taken, not at all.
    while (!(await tryLink(temporary, path))) {
      const holder = await readHolder(path);
      if (!holder) continue; // given back just now
      if (holder.host !== mine.host || isAlive(holder.pid)) throw taken(folder, path, holder);
      await rm(path, { force: true });
    }
  } finally {
    await rm(temporary, { force: true });
  }
  return () => rm(path, { force: true });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileError('writing', to, error);
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw badInput({
      action: `reading ${path}`,
      given: 'something else than a lock',
      needed: 'what a study wrote there',
      fix: 'Remove that file if no study uses the folder.',
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

const taken = (folder: string, path: string, { pid, host, since }: Holder) =>
  badInput({
    action: `working in ${folder}`,
    given: `a folder that process ${pid} on ${host} has used since ${since}`,
    needed: 'one that no other process uses',
    fix: `Wait for it, or name another folder; if that process is gone, remove ${path}.`,
  });

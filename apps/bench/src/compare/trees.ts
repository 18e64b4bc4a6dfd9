import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { badInput } from '@movt/kernels';
import { workspaceRoot } from './workspace.ts';

const run = promisify(execFile);

/** Where the kernels of some state of the repository lie. */
export interface Tree {
  /** What the user called it. */
  readonly label: string;
  /** Holds `packages/kernels`. */
  readonly folder: string;
}

/** The tree as it lies here, changes that are not committed included. */
export function workingTree(): Tree {
  return { label: 'working tree', folder: workspaceRoot() };
}

/**
 * Finds a folder's tree, or takes a commit's out of git into `scratch`. Nothing else of the repository is touched.
 *
 * @throws MovtError `bad_input` when there is no such folder or commit, or no packages/kernels in it.
 */
export async function openTree(name: string, scratch: string): Promise<Tree> {
  const lacking = () =>
    badInput({
      action: `comparing with ${name}`,
      given: 'no packages/kernels in it',
      needed: 'a tree of this repository',
    });
  if (existsSync(name)) {
    const tree = { label: name, folder: resolve(name) };
    if (!existsSync(join(tree.folder, 'packages/kernels/package.json'))) throw lacking();
    return tree;
  }
  const commit = await commitOf(name);
  if (!commit) {
    throw badInput({
      action: `comparing with ${name}`,
      given: 'neither a folder nor a commit',
      needed: 'a report (.json), a folder that holds packages/kernels, or a commit of this repository',
    });
  }
  const folder = join(scratch, commit);
  await mkdir(folder, { recursive: true });
  const archive = join(scratch, `${commit}.tar`);
  await run('git', ['-C', workspaceRoot(), 'archive', '-o', archive, commit, 'packages/kernels']).catch(() => {
    throw lacking();
  });
  await run('tar', ['-xf', archive, '-C', folder]);
  return { label: `${name} (${commit.slice(0, 10)})`, folder };
}

/** The full hash of a commit, or undefined where git knows none of that name. */
export async function commitOf(name: string): Promise<string | undefined> {
  const { stdout } = await run('git', [
    '-C',
    workspaceRoot(),
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  ]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

/** Copies a tree's kernels into a folder, so that they stay as they are now. */
export async function copyTree({ folder }: Tree, into: string): Promise<void> {
  await mkdir(join(into, 'packages/kernels'), { recursive: true });
  for (const part of ['package.json', 'src']) {
    await cp(join(folder, 'packages/kernels', part), join(into, 'packages/kernels', part), { recursive: true });
  }
}

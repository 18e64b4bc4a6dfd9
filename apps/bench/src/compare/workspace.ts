import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository that this command was built from. */
export function workspaceRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'pnpm-workspace.yaml'))) {
    if (folder === dirname(folder)) throw new Error('this command lies outside of its repository');
    folder = dirname(folder);
  }
  return folder;
}

/**
 * Makes a folder from which a bundle finds the workspace's packages, and hands it to `work`. It is removed when the work is done, and
 * when the process is told to end before that.
 */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(workspaceRoot(), 'dist', 'compare-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Ending by process.exit() gives children and folders their turn, which a signal alone would not.
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const quit = () => process.exit(128 + constants.signals[signal]);
    process.on(signal, quit);
    return () => process.off(signal, quit);
  });
  process.on('exit', remove);
  try {
    return await work(folder);
  } finally {
    remove();
    process.off('exit', remove);
    for (const off of handlers) off();
  }
}

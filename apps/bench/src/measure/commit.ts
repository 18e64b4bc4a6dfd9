import { execFileSync } from 'node:child_process';

/** Of the working tree that this command was built in; `-dirty` where it holds changes. Empty outside git. */
export function commit(): string {
  try {
    const cwd = new URL('.', import.meta.url);
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      cwd,
      stdio: [...stdio],
      encoding: 'utf8',
    }).trim();
  } catch {
    return '';
  }
}

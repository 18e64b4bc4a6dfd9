import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MovtError } from '@movt/kernels';

/** Written last, with the lockfile that was installed: an installation without it, or of another one, does not count. */
const MARK = 'node_modules/.installed-lock';

/**
 * Installs a folder's packages by its lockfile, unless they are there already. Their install scripts do not run.
 *
 * @param folder a file: URL that ends in a slash
 * @param say takes a line of progress
 * @throws MovtError missing_dependency where it fails; nothing half-installed is left then, nor after Ctrl-C
 */
export async function installPackages(folder: URL, say: (line: string) => void): Promise<void> {
  if (await isInstalled(folder)) return;
  const path = fileURLToPath(folder);
  say(`installing the peers' packages into ${path}, this once; they take about a gigabyte …`);
  const started = performance.now();
  const failure = await runNpm(path);
  if (failure === undefined) {
    await writeFile(new URL(MARK, folder), await readLock(folder));
    say(`installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    return;
  }
  await rm(new URL('node_modules', folder), { recursive: true, force: true });
  if (failure === 'interrupted') process.exit(130);
  throw new MovtError('missing_dependency', `installing ${path}package.json: npm ${failure}`);
}

/** Whether a folder's packages are there, by its lockfile as it is now. */
export async function isInstalled(folder: URL): Promise<boolean> {
  return (await readFile(new URL(MARK, folder), 'utf8').catch(() => '')) === (await readLock(folder));
}

const readLock = (folder: URL) => readFile(new URL('package-lock.json', folder), 'utf8');

/** What went wrong, or undefined. npm shows its progress on standard error. */
function runNpm(path: string): Promise<string | undefined> {
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: path,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32', // npm is a .cmd file there
  });
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill('SIGKILL'); // what it has written so far is removed anyway
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return new Promise<string | undefined>((resolve) => {
    child.on('error', ({ message }) => resolve(`does not start: ${message}`));
    child.on('close', (code) => resolve(interrupted ? 'interrupted' : code === 0 ? undefined : `ended with ${code}`));
  }).finally(() => process.off('SIGINT', interrupt).off('SIGTERM', interrupt));
}

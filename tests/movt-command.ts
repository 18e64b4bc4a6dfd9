import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import * as assert from 'uvu/assert';

/** The command, to be started with Node. */
export const BIN = resolve('packages/movt/bin/movt.mjs');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `movt`, run in a folder that a test has for itself. */
export interface MovtCommand {
  /** Where a file of the folder lies. */
  path(name: string): string;
  /** Runs any program in the folder. */
  start(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  movt(...args: string[]): Promise<Ended>;
  /** Exit code 0. */
  succeeds(...args: string[]): Promise<Ended>;
  /** Exit code 2, nothing on standard output, one line that says what is wrong, and no file more or less than before. */
  refuses(message: RegExp, ...args: string[]): Promise<void>;
  removeFolder(): Promise<void>;
}

export async function createMovtCommand(): Promise<MovtCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'movt-cli-'));
  const start = async ([program, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const code = new Promise<number | null>((done) => child.on('close', done));
    const [ended, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
    return { code: ended, stdout, stderr };
  };
  const movt = (...args: string[]) => start([process.execPath, BIN, ...args]);
  return {
    path: (name) => join(folder, name),
    start,
    movt,
    async succeeds(...args) {
      const ended = await movt(...args);
      assert.is(ended.code, 0, ended.stderr);
      return ended;
    },
    async refuses(message, ...args) {
      const before = await readdir(folder, { recursive: true });
      const { code, stdout, stderr } = await movt(...args);
      const lines = stderr.split('\n').filter((line) => /^movt: (?!adapter: |device: |.* …$)/.test(line));
      assert.is(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.is(stdout, '');
      assert.is(lines.length, 1, stderr);
      assert.match(lines[0], message);
      assert.not.match(stderr, /\n {4}at /);
      assert.equal(await readdir(folder, { recursive: true }), before);
    },
    removeFolder: () => rm(folder, { recursive: true, force: true }),
  };
}

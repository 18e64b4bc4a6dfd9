/** The worker as it is run: a process of its own, on a port that is free. Tests of it run from the repository's root, on a build. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** A line of the worker's log. */
export type Line = Readonly<Record<string, unknown> & { event: string; level: string }>;

export interface WorkerProcess {
  readonly url: string;
  /** Its log so far. */
  readonly lines: readonly Line[];
  /** Resolves with the first line of this event; rejects where the process ends without one. */
  event(name: string): Promise<Line>;
  /** A number of /metrics without labels. */
  metric(name: string): Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, once its whole log has been read. */
  readonly exit: Promise<number | null>;
}

const DENO_ARGUMENTS =
  'run -A --unstable-webgpu --unstable-no-legacy-abort --no-prompt --no-lock --node-modules-dir=manual --cached-only --no-remote';

const COMMANDS = {
  node: () => [process.execPath, 'apps/worker/bin/worker.mjs'],
  deno: () => [denoProgram(), ...DENO_ARGUMENTS.split(' '), 'dist/worker-deno.mjs'],
};

export type WorkerRuntime = keyof typeof COMMANDS;

/** Deno itself: the command of its package is a Node that waits for it, and hands no signal on. */
function denoProgram(): string {
  const { runInstall } = createRequire(resolve('package.json'))('deno/install_api.cjs');
  return runInstall();
}

/** Starts the worker; resolves once its models are ready. */
export async function startWorker(
  env: Readonly<Record<string, string>> = {},
  runtime: WorkerRuntime = 'node',
): Promise<WorkerProcess> {
  const [program, ...args] = COMMANDS[runtime]();
  const child = spawn(program, args, {
    env: { ...process.env, MOVT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const wake of waiting) wake();
  };
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line));
    look();
  });
  const errors = text(child.stderr);
  let hasEnded = false;
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      hasEnded = true;
      resolve(code);
      look();
    });
  });

  const event = (name: string) =>
    new Promise<Line>((resolve, reject) => {
      const wake = () => {
        const line = lines.find((line) => line.event === name);
        if (!line && !hasEnded) return;
        waiting.delete(wake);
        if (line) resolve(line);
        else void errors.then((said) => reject(new Error(`the worker ended without "${name}": ${said}`)));
      };
      waiting.add(wake);
      wake();
    });

  const { url } = (await event('listening')) as unknown as { url: string };
  await event('started');
  return {
    url,
    lines,
    event,
    exit,
    async metric(name) {
      const page = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)![1]);
    },
    signal: (name) => void child.kill(name),
  };
}

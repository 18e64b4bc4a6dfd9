import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PEERS_FOLDER, type PeerEntry } from './list.ts';
import type { PeerOperations } from './protocol.ts';

/** What one kind of peer answers: see protocol.ts. */
type Operations = Record<'load' | 'prepare' | 'run', (request: never) => Promise<object>>;

/** A peer's process. Each call rejects with one line where the peer says no, ends, or takes too long, and then the process is gone. */
export interface PeerProcess<Kind extends Operations = PeerOperations> {
  /** `drivers`: the Vulkan drivers that the process has loaded; empty where the system does not tell. */
  load(request: Parameters<Kind['load']>[0]): Promise<Awaited<ReturnType<Kind['load']>> & { drivers: string[] }>;
  prepare: Kind['prepare'];
  run: Kind['run'];
  stop(): void;
}

/** Milliseconds. The slowest peer known compiles a training step for minutes and runs it in half of one, on two cores without a GPU. */
export const TIME_LIMITS = { load: 120_000, prepare: 900_000, run: 300_000 };

/** Drivers keep compiled shaders on disk: without, every run of the command compiles alike. */
const NO_SHADER_CACHES = { MESA_SHADER_CACHE_DISABLE: 'true', __GL_SHADER_DISK_CACHE: '0' };

const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
process.on('exit', killAll);

/** Starts a peer on the adapter of this process's environment. */
export function startPeer<Kind extends Operations = PeerOperations>(
  { file, flags = [], env = {} }: Pick<PeerEntry, 'file' | 'flags' | 'env'>,
  limits = TIME_LIMITS,
): PeerProcess<Kind> {
  const child = fork(fileURLToPath(new URL(file, PEERS_FOLDER)), {
    execArgv: [...flags],
    env: { ...process.env, NODE_OPTIONS: '', ...NO_SHADER_CACHES, ...env },
    serialization: 'advanced', // typed arrays pass as they are
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-4000);
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code, signal) => {
      const last = errors.split('\n').findLast((line) => /\w*Error\b|fatal|abort/i.test(line));
      resolve(`it ended ${signal ? `by ${signal}` : `with exit code ${code}`}${last ? `: ${last.trim()}` : ''}`);
    });
  }).finally(() => running.delete(child));
  const stop = () => void child.kill('SIGKILL');

  const call = async <T>(op: keyof typeof TIME_LIMITS, request: object): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const answer = await Promise.race([
      new Promise<{ ok: boolean; value: T; error: string }>((resolve) => {
        child.once('message', (message) => resolve(message as never));
        child.send({ op, ...request }, () => {}); // where it has ended, `ended` says so
      }),
      ended.then((error) => ({ ok: false as const, error })),
      new Promise<{ ok: false; error: string }>((resolve) => {
        const error = `${op} took more than ${limits[op] / 1000} s`;
        timer = setTimeout(() => resolve({ ok: false, error }), limits[op]);
      }),
    ]);
    clearTimeout(timer);
    if (answer.ok) return (answer as { value: T }).value;
    stop();
    throw new Error(oneLine((answer as { error: string }).error));
  };
  return {
    load: (request) => call('load', request),
    prepare: (sizes) => call('prepare', sizes),
    run: (request) => call('run', request),
    stop,
  };
}

function oneLine(text: string): string {
  const line = text.trim().split('\n')[0];
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

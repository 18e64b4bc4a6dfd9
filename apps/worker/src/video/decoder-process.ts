import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { DecodeRequest } from './pipe.ts';

/** What a process that decodes may use. */
export interface DecoderLimits {
  /** Bytes that it may allocate, besides what the runtime itself takes; Linux holds it to them. */
  readonly memoryBytes: number;
  /** Milliseconds that it may be waited for, over all frames; nearly the same of processor time for each core is the kernel's own limit. */
  readonly decodeMs: number;
}

/** A process that decodes one video. */
export interface DecoderProcess {
  readonly stdout: Readable;
  /** Resolves, once it is gone, to how it ended: `exit code 134`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Ends it and whatever it started. */
  kill(): void;
}

/** A runtime's own use of memory that the kernel counts (RLIMIT_DATA): Deno sets more aside than Node. */
const RUNTIME_BYTES = { node: 192 * 2 ** 20, deno: 768 * 2 ** 20 };
/** Of objects in JavaScript; pixels are not among them. */
const HEAP_MIB = 256;
/** Decoders use several cores, so they use up processor time faster than the clock goes. */
const CORES = 4;

/** The shell's own limits hold for the program that takes its place, and for what that starts: no core files, data, processor time. */
const LIMITED = 'ulimit -c 0; ulimit -d "$1"; ulimit -t "$2"; shift 2; exec "$@"';

/** What a process needs to be started; no key and no address of the server's is among it. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH', 'DENO_DIR'];

/**
 * Starts the program of decoder-main.ts in the runtime that this one is, in a process group of its own.
 * @param entry path of the bundled program
 */
export function startDecoder(entry: string, request: DecodeRequest, limits: DecoderLimits): DecoderProcess {
  const runtime = 'Deno' in globalThis ? 'deno' : 'node';
  const kib = Math.ceil((limits.memoryBytes + RUNTIME_BYTES[runtime]) / 1024);
  const seconds = Math.ceil((limits.decodeMs / 1000) * CORES) + 10;
  const program = [process.execPath, ...ARGUMENTS[runtime], entry, JSON.stringify(request)];
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    '/bin/sh',
    ['-c', LIMITED, 'sh', `${kib}`, `${seconds}`, ...program],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env },
  );
  // It is gone: `ended` tells.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { stdout: child.stdout, ended, kill: () => killGroup(child.pid) };
}

/** On Deno it may read, call its decoders' native code and ffmpeg; no network, and nothing is written. */
const ARGUMENTS = {
  node: [`--max-old-space-size=${HEAP_MIB}`],
  deno: [
    'run',
    `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
    ...['--allow-read', '--allow-env', '--allow-sys', '--allow-ffi', '--allow-run=ffmpeg'],
    ...['--no-prompt', '--no-lock', '--no-remote', '--cached-only', '--node-modules-dir=manual'],
  ],
};

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MovtError } from '@movt/kernels';

/** What stands between starting a process and its first answer. */
export interface FirstAnswer {
  /** Starting the runtime and loading the program. */
  readonly process_ms: number;
  readonly device_ms: number;
  /** Laying the weights on the GPU; getting them is not counted. */
  readonly weights_ms: number;
  /** Making the pipelines and the plan. */
  readonly compile_ms: number;
  /** Software adapters, and some drivers, compile a part only now. */
  readonly first_run_ms: number;
  /** All of the above. */
  readonly total_ms: number;
  readonly second_run_ms: number;
  /** They are compiled together, so their times overlap. */
  readonly pipelines: readonly { readonly kernel: string; readonly compile_ms: number }[];
  /** Null where the GPU does not tell. What the first run takes longer than the second is compiling, for the most part. */
  readonly dispatches:
    | readonly {
        readonly label: string;
        readonly kernel: string;
        readonly first_ms: number;
        readonly second_ms: number;
      }[]
    | null;
}

export interface FirstAnswers {
  readonly batch: number;
  /** With nothing in the driver's cache on disk. */
  readonly cold: FirstAnswer;
  /** With the cache that the cold start left behind; null where the driver left none. */
  readonly warm: FirstAnswer | null;
}

/** A process that hangs is ended after this long; software adapters compile for half a minute on a busy machine. */
const TIME_LIMIT_MS = 300_000;

/** Environment variables that turn a cache off or point to another one. */
const CACHE_VARIABLES = ['MESA_SHADER_CACHE_DISABLE', 'MESA_GLSL_CACHE_DISABLE', '__GL_SHADER_DISK_CACHE'];

/**
 * Has fresh processes of this command answer once, first with an empty cache for the driver, then with what the first one left in
 * it. The caches that Mesa's and NVIDIA's drivers keep lie where the environment says; the user's own is not touched.
 *
 * @param args what `bench first-answer` takes
 */
export async function measureFirstAnswers(batch: number, args: readonly string[]): Promise<FirstAnswers> {
  const cache = await mkdtemp(join(tmpdir(), 'movt-shader-cache-'));
  try {
    const cold = await startAfresh(args, cache);
    const wasFilled = (await readdir(cache)).length > 0;
    return { batch, cold, warm: wasFilled ? await startAfresh(args, cache) : null };
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function startAfresh(args: readonly string[], cache: string): Promise<FirstAnswer> {
  const env = { ...process.env, MESA_SHADER_CACHE_DIR: cache, __GL_SHADER_DISK_CACHE_PATH: cache };
  for (const name of CACHE_VARIABLES) delete env[name as keyof typeof env];
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], 'first-answer', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MS,
  });
  const end = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  const [ended, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  if (ended !== 0) {
    const last = stderr.trim().split('\n').pop();
    throw new MovtError('gpu_validation', `timing a first answer: its process ended with ${ended}: ${last}`);
  }
  return JSON.parse(stdout);
}

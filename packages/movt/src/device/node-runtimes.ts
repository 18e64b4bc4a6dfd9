import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { MovtError } from '@movt/kernels';
import type { OrtRuntime } from './ort-predictor.ts';

/**
 * onnxruntime-web in WebAssembly: a thread a core in Node, one in Deno. Its module is imported here and nowhere else, so who does not
 * ask for it does not load it.
 *
 * @throws MovtError `missing_dependency` where it cannot be loaded
 */
export async function loadWasmRuntime(): Promise<OrtRuntime> {
  const { env, InferenceSession, Tensor } = await importing(
    import('onnxruntime-web'),
    'onnxruntime-web',
    'Install the dependencies again with `npx -y pnpm@10.34.9 install`.',
  );
  // In Deno 2.9 a run on several threads now and then waits for ever, when the cores are busy.
  const threads = 'Deno' in globalThis ? 1 : availableParallelism();
  env.wasm.numThreads = threads;
  return {
    name: runtimeName(`onnxruntime-web ${env.versions.web}`, threads),
    Tensor,
    load: (model) =>
      withoutHoldingTheProcess(() =>
        InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: FATAL }),
      ),
  };
}

/**
 * onnxruntime-node on the processor, a thread a core.
 *
 * @throws MovtError `missing_dependency` where the user has not installed it
 */
export async function loadCpuRuntime(): Promise<OrtRuntime> {
  const { env, InferenceSession, Tensor } = await importing(
    import('onnxruntime-node'),
    'onnxruntime-node, which --device cpu needs and movt does not bring along',
    'Install it with `npx -y pnpm@10.34.9 add -w --ignore-scripts onnxruntime-node@1.30.0`, or use --device wasm.',
  );
  const threads = availableParallelism();
  return {
    name: runtimeName(`onnxruntime-node ${env.versions.node}`, threads),
    Tensor,
    load: (model) =>
      InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        logSeverityLevel: FATAL,
      }),
  };
}

/** Of ONNX Runtime's levels: what goes wrong is told by exceptions, and standard error stays ours. */
const FATAL = 4;

const runtimeName = (version: string, threads: number) => `${version}, ${threads} thread${threads === 1 ? '' : 's'}`;

async function importing<T>(module: Promise<T>, what: string, wayOut: string): Promise<T> {
  try {
    return await module;
  } catch (cause) {
    const [why] = (cause as Error).message.split('\n');
    throw new MovtError('missing_dependency', `loading ${what}: ${why}. ${wayOut}`, { cause });
  }
}

/** The runtime's threads wait for work for ever; a process that has nothing else to do may end all the same. */
async function withoutHoldingTheProcess<T>(start: () => Promise<T>): Promise<T> {
  const workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  process.on('worker', note);
  try {
    return await start();
  } finally {
    process.off('worker', note);
    for (const worker of workers) worker.unref();
  }
}

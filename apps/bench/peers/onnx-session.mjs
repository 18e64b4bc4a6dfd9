// What all peers of ONNX Runtime do alike, given its module.

import { readFile } from 'node:fs/promises';

/** Opens a model on one execution provider; fails rather than leave a node of it to the CPU in silence. */
export async function openSession({ InferenceSession }, path, provider) {
  return InferenceSession.create(await readFile(path), {
    executionProviders: [provider],
    logSeverityLevel: 3,
    extra: provider === 'webgpu' ? { session: { disable_cpu_ep_fallback: '1' } } : {},
  });
}

/** One run, from clips to logits in this process's memory. */
export async function runSession({ Tensor }, session, { clips, shape }) {
  const { logits } = await session.run({ [session.inputNames[0]]: new Tensor('float32', clips, shape) });
  return Float32Array.from(await logits.getData());
}

/** ONNX Runtime compiles what a shape needs in its first run; milliseconds of it. */
export async function firstRun(ort, session, request) {
  const started = performance.now();
  await runSession(ort, session, request);
  return { compile_ms: performance.now() - started };
}

import { MovtError } from '../runtime/errors.ts';

/**
 * WebGPU as a browser or Deno offers it.
 *
 * @throws MovtError `no_adapter` when this runtime offers none.
 */
export function navigatorGpu(): GPU {
  const gpu = globalThis.navigator?.gpu;
  if (gpu) return gpu;
  const wayOut =
    'Deno' in globalThis
      ? 'Run deno with --unstable-webgpu.'
      : 'Open the page over https or from localhost, in a browser that has WebGPU.';
  throw new MovtError('no_adapter', `opening a GPU: navigator.gpu is missing here. ${wayOut}`);
}

import { MovtError } from '../runtime/errors.ts';
import { DAWN_TOGGLES } from './dawn-toggles.ts';

/**
 * The one Dawn instance of the process. It must stay referenced: once it has been collected as garbage, Dawn crashes at
 * random in the objects that came from it.
 */
let instance: Promise<GPU> | undefined;

/**
 * Dawn's WebGPU for Node, one for the process; installs GPUBufferUsage and the other WebGPU globals on the first call.
 *
 * Which Vulkan driver it finds is settled by the environment: see choose-driver.ts.
 *
 * @throws MovtError `missing_dependency` when the npm package `webgpu` cannot be loaded on this platform.
 */
export function nodeGpu(): Promise<GPU> {
  instance ??= startDawn();
  return instance;
}

async function startDawn(): Promise<GPU> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    return create([...DAWN_TOGGLES]);
  } catch (cause) {
    throw new MovtError(
      'missing_dependency',
      `loading Dawn (npm package webgpu) on ${process.platform}-${process.arch}: ${(cause as Error).message}. ` +
        'Install the dependencies again with pnpm install.',
      { cause },
    );
  }
}

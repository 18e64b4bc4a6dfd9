import { navigatorGpu } from './navigator.ts';

export { type ChosenDriver, chosenDriver, type GpuNeed } from './chosen-driver.ts';
export { DAWN_TOGGLES } from './dawn-toggles.ts';

/**
 * The WebGPU of the runtime that this code is in: the browser's or Deno's `navigator.gpu`, else Dawn in Node.
 *
 * Dawn's module is imported only where it is needed, so a browser's bundle may leave the npm package `webgpu` external.
 *
 * @throws MovtError `no_adapter` where there is no WebGPU, `missing_dependency` where Dawn cannot be loaded.
 */
export async function platformGpu(): Promise<GPU> {
  if (globalThis.navigator?.gpu || !globalThis.process?.versions?.node) return navigatorGpu();
  const { nodeGpu } = await import('./node.ts');
  return nodeGpu();
}

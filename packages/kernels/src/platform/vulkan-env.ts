/** dist/vulkan-env.mjs: what has to happen before a process loads WebGPU, in a bundle that loads nothing heavy. */
export { chooseDriver } from './choose-driver.ts';
export { launch, takeAdapterOption } from './launch.ts';

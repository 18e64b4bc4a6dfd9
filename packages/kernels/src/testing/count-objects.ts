/** Counts every GPU object that a device itself is asked for from now on, whoever asks; command encoders, which WebGPU wants anew each time, apart. */
export function countObjects(device: GPUDevice): { count: number } {
  const counter = { count: 0 };
  const methods = [
    'createBuffer',
    'createBindGroup',
    'createBindGroupLayout',
    'createPipelineLayout',
    'createShaderModule',
    'createComputePipeline',
    'createComputePipelineAsync',
    'createTexture',
    'createSampler',
    'createQuerySet',
  ] as const;
  for (const method of methods) {
    const original = device[method].bind(device) as (descriptor: never) => unknown;
    Object.defineProperty(device, method, {
      configurable: true,
      value(descriptor: never) {
        counter.count++;
        return original(descriptor);
      },
    });
  }
  return counter;
}

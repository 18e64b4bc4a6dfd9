import { defineKernel } from '../runtime/kernel.ts';

/** Numbers that `iterate` takes and makes. */
export const ITERATED = 64;

/** y = x after `rounds` rounds of arithmetic that stays in [0, 1): it takes as long as is wanted. */
export const iterate = defineKernel<{ rounds: number }>({
  name: 'iterate',
  bindings: [
    { name: 'x', access: 'read', length: () => ITERATED },
    { name: 'y', access: 'read_write', length: () => ITERATED },
  ],
  params: ({ rounds }) => [{ u32: rounds }],
  variant: () => ({
    source: /* wgsl */ `
      @group(0) @binding(0) var<storage, read> x: array<f32>;
      @group(0) @binding(1) var<storage, read_write> y: array<f32>;
      @group(0) @binding(2) var<uniform> rounds: u32;
      @compute @workgroup_size(${ITERATED})
      fn main(@builtin(local_invocation_index) i: u32) {
        var value = x[i];
        for (var round = 0u; round < rounds; round++) { value = fract(value * 1.618 + 0.1); }
        y[i] = value;
      }`,
    workgroups: [1, 1, 1],
  }),
  flops: ({ rounds }) => ITERATED * 3 * rounds,
});

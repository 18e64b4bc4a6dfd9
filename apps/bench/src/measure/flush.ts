import { createPlan, defineKernel, type GpuContext, linearGrid } from '@movt/kernels';
import source from './flush.wgsl';

/** More than the caches of any GPU or server processor that we know of hold for one core or chip. */
const FLUSH_BYTES = 256 * 2 ** 20;
const WORKGROUP_SIZE = 64;
/** Words of a cache line, of which one is touched. */
const LINE_WORDS = 16;
/** Starting a thread costs software adapters more than touching a line. */
const LINES_A_THREAD = 64;

const touch = defineKernel<{ words: number }>({
  name: 'flush_caches',
  bindings: [{ name: 'y', access: 'read_write', length: ({ words }) => words }],
  params: ({ words }) => [{ u32: words }],
  variant: ({ words }) => ({
    source,
    overrides: { WORKGROUP_SIZE, LINE_WORDS, LINES_A_THREAD },
    workgroups: linearGrid(Math.ceil(words / LINE_WORDS / LINES_A_THREAD / WORKGROUP_SIZE)),
  }),
  flops: () => 0,
});

/** Encodes passes that leave nothing in the caches but a buffer of their own. */
export interface Flush {
  encode(encoder: GPUCommandEncoder): void;
  destroy(): Promise<void>;
}

/** Makes a buffer larger than any cache, or as large as the device allows, that is read and written through. */
export async function createFlush(context: GpuContext): Promise<Flush> {
  const { maxStorageBufferBindingSize, maxBufferSize } = context.limits;
  const words = Math.floor(Math.min(FLUSH_BYTES, maxStorageBufferBindingSize, maxBufferSize) / 4);
  const builder = createPlan(context, 'flush');
  builder.dispatch(touch, { words }, { y: builder.tensor('y', words) });
  const plan = await builder.build();
  return {
    encode(encoder) {
      const pass = encoder.beginComputePass();
      plan.encode(pass);
      pass.end();
    },
    destroy: () => plan.destroy(),
  };
}

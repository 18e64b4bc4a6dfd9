import { platformGpu } from '../platform/index.ts';
import { createContext, type GpuContext } from '../runtime/context.ts';

let shared: Promise<GpuContext> | undefined;

/** The context that all tests of one process share; the adapter's name goes to the report. No adapter is a failure. */
export function testContext(): Promise<GpuContext> {
  shared ??= platformGpu().then(async (gpu) => {
    const context = await createContext({ gpu });
    console.log(`adapter: ${context.adapter.name}`);
    return context;
  });
  return shared;
}

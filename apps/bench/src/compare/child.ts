// A process that measures the kernels of one tree at its parent's word. It is bundled for each tree anew: this code and measure/ are
// the working tree's, @movt/kernels is the other's. So one ruler measures both. See build-child.ts.
import { createContext, type GpuContext, MovtError } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { kernelRegistry } from '@movt/kernels/registry';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { problemLabel } from '../measure/labels.ts';
import { type PreparedKernel, prepareKernel } from '../measure/prepare.ts';
import type { Action, Answer, Ask, Reply, Request } from './protocol.ts';

const subjects = kernelRegistry.flatMap((check) =>
  check.cases
    .filter(({ bench }) => bench)
    .map(({ problem, tolerance }) => ({ kernel: check.kernel, problem, check, ...(tolerance && { tolerance }) })),
);

let context: GpuContext | undefined;
let prepared: PreparedKernel | undefined;

const answers: { [A in Action]: (ask: Ask<A>) => Promise<Answer<A>> } = {
  async open() {
    context = await createContext({ gpu: await platformGpu() });
    return {
      fingerprint: fingerprintOf(context),
      adapter: context.adapter.name,
      software: context.traits.software,
      rows: subjects.map(({ kernel, problem }) => ({ kernel: kernel.name, problem: problemLabel(problem) })),
    };
  },
  async prepare({ row, ...options }) {
    await prepared?.destroy();
    prepared = undefined;
    prepared = await prepareKernel(context!, subjects[row], options);
    return { clock: prepared.clock, repeats: prepared.repeats };
  },
  sample: () => prepared!.sample(),
  verify: async () => (await prepared!.verify()) ?? null,
};

process.on('message', async ({ action, ...ask }: Request) => {
  let reply: Reply;
  try {
    reply = { answer: await (answers[action] as (ask: unknown) => Promise<unknown>)(ask) };
  } catch (error) {
    const code = error instanceof MovtError ? error.code : 'gpu_validation';
    reply = { error: { code, message: (error as Error).message } };
  }
  process.send!(reply);
});
// The parent is gone: there is no one left to measure for.
process.on('disconnect', () => process.exit());

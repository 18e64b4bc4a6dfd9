import { createContext, type GpuContext, MovtError } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { type PreparedKernel, prepareKernel, type Subject } from '../measure/prepare.ts';
import type { Action, Answer, Ask, Reply, Request } from './protocol.ts';

/** A row that a measuring process offers. */
export interface OfferedRow {
  readonly kernel: string;
  readonly problem: string;
  readonly subject: Subject;
}

/** Measures at the parent's word for as long as there is a parent. `offer` is asked once, when the GPU is opened. */
export function serve(offer: () => Promise<readonly OfferedRow[]>): void {
  let context: GpuContext | undefined;
  let rows: readonly OfferedRow[] = [];
  let prepared: PreparedKernel | undefined;

  const answers: { [A in Action]: (ask: Ask<A>) => Promise<Answer<A>> } = {
    async open() {
      context = await createContext({ gpu: await platformGpu() });
      rows = await offer();
      return {
        fingerprint: fingerprintOf(context),
        adapter: context.adapter.name,
        software: context.traits.software,
        rows: rows.map(({ kernel, problem }) => ({ kernel, problem })),
      };
    },
    async prepare({ row, ...options }) {
      await prepared?.destroy();
      prepared = undefined;
      prepared = await prepareKernel(context!, rows[row].subject, options);
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
}

import { createContext, type GpuContext, MovtError } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { kernelRegistry } from '@movt/kernels/registry';
import { measureCeilings } from '../ceilings/index.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { problemLabel } from '../measure/labels.ts';
import { measureKernel } from '../measure/measure-kernel.ts';
import type { Subject } from '../measure/prepare.ts';
import type { KernelSource, Question, Reply, TaskName, Tasks } from './tasks.ts';

/** Answers one task after another that come over the channel to the parent, until the parent is gone. */
export function serveTasks(): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    void answer(question).then((reply) => process.send!(reply));
  });
}

async function answer({ name, task }: Question): Promise<Reply> {
  try {
    return { answer: await (answers[name] as (task: unknown) => Promise<unknown>)(task) };
  } catch (error) {
    const { message } = error as Error;
    return { error: error instanceof MovtError ? { code: error.code, message } : { message } };
  }
}

const answers: { [Name in TaskName]: (task: Tasks[Name][0]) => Promise<Tasks[Name][1]> } = {
  adapter: () =>
    onFreshDevice(async (context) => ({
      adapter: context.adapter.name,
      software: context.traits.software,
      fingerprint: fingerprintOf(context),
    })),
  ceilings: () => onFreshDevice(measureCeilings),
  list: async ({ source }) =>
    (await subjectsOf(source)).map(({ kernel, problem }) => ({ kernel: kernel.name, problem: problemLabel(problem) })),
  async measure({ source, index, ...options }) {
    const subject = (await subjectsOf(source))[index];
    return onFreshDevice((context) => measureKernel(context, subject, options));
  },
};

/** A device of its own for each task: nothing is compiled yet, and no other task's error or loss is in the way. */
async function onFreshDevice<T>(work: (context: GpuContext) => Promise<T>): Promise<T> {
  const context = await createContext({ gpu: await platformGpu() });
  try {
    return await work(context);
  } finally {
    context.destroy();
  }
}

async function subjectsOf(_source: KernelSource): Promise<readonly Subject[]> {
  return kernelRegistry.flatMap((check) =>
    check.cases
      .filter(({ bench }) => bench)
      .map(({ problem, tolerance }) => ({
        kernel: check.kernel,
        problem,
        check,
        ...(tolerance ? { tolerance } : {}),
      })),
  );
}

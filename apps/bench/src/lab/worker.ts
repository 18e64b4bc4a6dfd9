import { createContext, type GpuContext, MovtError } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { kernelRegistry } from '@movt/kernels/registry';
import { measureCeilings } from '../ceilings/index.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { problemLabel } from '../measure/labels.ts';
import { measureKernel } from '../measure/measure-kernel.ts';
import type { Subject } from '../measure/prepare.ts';
import { assertBindingsMatch, ownSubjects } from '../own/own-kernel.ts';
import type { KernelSource, Question, Reply, TaskName, Tasks } from './tasks.ts';

/** Answers one task after another that come over the channel to the parent, until the parent is gone. */
export function serveTasks(): void {
  // Not process.exit(): a driver that hangs would hold it up for ever.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
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
  async list({ source }) {
    const subjects = await subjectsOf(source);
    if (source.from === 'spec') await onFreshDevice((context) => tryCompiling(context, subjects));
    return subjects.map(({ kernel, problem }) => ({ kernel: kernel.name, problem: problemLabel(problem) }));
  },
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

async function subjectsOf(source: KernelSource): Promise<readonly Subject[]> {
  if (source.from === 'spec') return (await ownSubjects(source.wgsl, source.spec)) as unknown as Subject[];
  return kernelRegistry.flatMap((check) =>
    check.cases
      .filter(({ bench }) => bench)
      .map(({ problem, tolerance, draw }) => ({
        kernel: check.kernel,
        problem,
        check: { ...check, draw: { ...check.draw, ...draw } },
        ...(tolerance ? { tolerance } : {}),
      })),
  );
}

/** Throws what is wrong with a kernel before any time is spent on ceilings. */
async function tryCompiling(context: GpuContext, subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) {
    const { kernel, problem } = subject;
    assertBindingsMatch(subject as unknown as Subject<object>, context.traits);
    const hasParams = kernel.params(problem, context.traits).length > 0;
    await context.pipelines.get({
      name: kernel.name,
      variant: kernel.variant(problem, context.traits),
      access: kernel.bindings.map(({ access }, binding) => [binding, access]),
      paramsBinding: hasParams ? kernel.bindings.length : -1,
    });
  }
}

import type { GpuContext } from './context.ts';
import { badInput } from './errors.ts';
import { createLateAsker } from './late-asker.ts';
import { profilePlan } from './plan-profile.ts';
import type { Plan, Slice } from './plan-types.ts';

/** What a plan is run with: where inputs go, where outputs come from, and the buffer that they are read through. */
export interface RunParts {
  readonly inputs: ReadonlyMap<string, Slice>;
  readonly outputs: ReadonlyMap<string, Slice>;
  readonly staging: GPUBuffer;
  readonly readBackBytes: number;
  readonly dispatchLabels: readonly string[];
  /** Encodes the dispatches from `first` up to `end`. */
  readonly encode: (pass: GPUComputePassEncoder, first: number, end: number) => void;
}

/** What the CPU does in a run, in this order. */
export type Stage = 'upload' | 'encode' | 'submit' | 'wait' | 'read back';

/** Where a profile hooks into a run. */
export interface RunHooks {
  /** Called as a stage begins. */
  enter(stage: Stage): void;
  /** Encodes all dispatches. */
  encode(encoder: GPUCommandEncoder): void;
}

/** A plan's `run` and `profile`, and `idle`, which resolves once all runs asked for so far are over. */
export function createRun(
  context: GpuContext,
  label: string,
  { inputs, outputs, staging, readBackBytes, dispatchLabels, encode }: RunParts,
): Pick<Plan, 'run' | 'profile'> & { idle: () => Promise<void> } {
  const { device } = context;
  const action = `running ${label}`;

  const plain: RunHooks = {
    enter() {},
    encode(encoder) {
      const pass = encoder.beginComputePass();
      encode(pass, 0, dispatchLabels.length);
      pass.end();
    },
  };

  const upload = (values: Parameters<Plan['run']>[0]) => {
    for (const [name, { buffer, offset, byteLength }] of inputs) {
      const value = values[name];
      if (value?.byteLength !== byteLength) {
        throw badInput({ action, given: `${value?.length ?? 'no'} values for '${name}'`, needed: `${byteLength / 4}` });
      }
      device.queue.writeBuffer(buffer, offset, value as Float32Array<ArrayBuffer>);
    }
  };

  const encodeAll = (hooks: RunHooks) => {
    const encoder = device.createCommandEncoder();
    hooks.encode(encoder);
    let at = 0;
    for (const { buffer, offset, byteLength } of outputs.values()) {
      encoder.copyBufferToBuffer(buffer, offset, staging, at, byteLength);
      at += byteLength;
    }
    return encoder.finish();
  };

  const readBack = () => {
    const bytes = staging.getMappedRange(0, readBackBytes).slice(0);
    staging.unmap();
    let at = 0;
    const results: Record<string, Float32Array> = {};
    for (const [name, { byteLength }] of outputs) {
      results[name] = new Float32Array(bytes, at, byteLength / 4);
      at += byteLength;
    }
    return results;
  };

  const askLate = createLateAsker();
  const runOnce = async (values: Parameters<Plan['run']>[0], hooks: RunHooks) => {
    context.assertAlive(action);
    hooks.enter('upload');
    upload(values);
    hooks.enter('encode');
    const commands = encodeAll(hooks);
    hooks.enter('submit');
    device.queue.submit([commands]);
    hooks.enter('wait');
    if (readBackBytes === 0) {
      // Nothing to map: mapping no bytes would not wait for the work.
      await context.guard(action, device.queue.onSubmittedWorkDone());
      return {};
    }
    await askLate(() => context.guard(action, staging.mapAsync(GPUMapMode.READ, 0, readBackBytes)));
    hooks.enter('read back');
    return readBack();
  };

  let last: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(work: () => Promise<T>) => {
    const next = last.then(work);
    last = next.catch(() => undefined); // a failure is its caller's, not the next one's
    return next;
  };
  return {
    run: (values) => enqueue(() => runOnce(values, plain)),
    profile: (values, granularity) =>
      enqueue(() =>
        profilePlan(context, { label, dispatchLabels, encode }, granularity, (hooks) => runOnce(values, hooks)),
      ),
    idle: async () => void (await last),
  };
}

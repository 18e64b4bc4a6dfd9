import { badInput, type GpuContext, MovtError } from '@movt/kernels';
import { chosenDriver } from '@movt/kernels/platform';
import { type Command, Option } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { loadCpuRuntime, loadWasmRuntime } from '../device/node-runtimes.ts';
import { createOrtPredictor } from '../device/ort-predictor.ts';
import { createPredictor, type DevicePredictor } from '../predict.ts';
import { openGpu } from './gpu.ts';
import { progress } from './progress.ts';

/** What `--device` may ask for; see gpu-need.ts for what that means before the command starts. */
const DEVICES = ['auto', 'gpu', 'wasm', 'cpu'] as const;
export type DeviceWord = (typeof DEVICES)[number];

/** Where MovT runs. */
export interface Device {
  /** `gpu`: our kernels on WebGPU; `wasm` and `cpu`: the exported ONNX in ONNX Runtime. */
  readonly kind: 'gpu' | 'wasm' | 'cpu';
  /** Why it is this one. */
  readonly reason: string;
  /** There for `gpu`, and wherever the command needs a GPU beside MovT. */
  readonly context: GpuContext | undefined;
  /** ONNX Runtime's name, version and threads; undefined for `gpu`. */
  readonly runtime: string | undefined;
  createPredictor(checkpoint: Checkpoint): Promise<DevicePredictor>;
}

/** Adds `--device`. The command's name belongs into gpu-need.ts as well. */
export function addDeviceOption(command: Command): Command {
  return command.addOption(
    new Option('--device <which>', 'where MovT runs: on a GPU (WebGPU), in WebAssembly, or in onnxruntime-node')
      .choices(DEVICES)
      .default('auto', 'a real GPU, else wasm'),
  );
}

/**
 * Opens the device that is asked for while `work` runs. What `auto` found instead of a GPU is told on standard error.
 *
 * @param needsGpu whether the command also needs WebGPU, on a software adapter if need be: the tracker does
 * @throws MovtError `missing_dependency` where ONNX Runtime is asked for and not there, `no_adapter` where a GPU is
 */
export async function withDevice<T>(
  asked: DeviceWord,
  needsGpu: boolean,
  work: (device: Device) => Promise<T>,
): Promise<T> {
  const { kind, reason, context: opened } = await chooseDevice(asked);
  const context = opened ?? (kind === 'gpu' || needsGpu ? await openGpu() : undefined);
  try {
    if (kind === 'gpu') {
      const load = async (checkpoint: Checkpoint) => createPredictor(context!, checkpoint);
      return await work({ kind, reason, context, runtime: undefined, createPredictor: load });
    }
    const runtime = await (kind === 'wasm' ? loadWasmRuntime() : loadCpuRuntime());
    if (asked === 'auto') {
      progress.note(`device: ${kind} (${runtime.name}): ${reason}. --device gpu takes a software adapter.`);
    }
    const load = (checkpoint: Checkpoint) => createOrtPredictor(runtime, checkpoint);
    return await work({ kind, reason, context, runtime: runtime.name, createPredictor: load });
  } finally {
    context?.destroy();
  }
}

/**
 * The device of a model that is no MovT.
 * @param model in words, for messages
 * @throws MovtError bad_input where another is asked for, or there is none
 */
export function onlyGpu(asked: DeviceWord, model: string): 'gpu' {
  const action = `running ${model}`;
  const needed = '--device gpu, which takes a software adapter where there is no GPU';
  if (asked !== 'auto' && asked !== 'gpu') throw badInput({ action, given: `--device ${asked}`, needed });
  if (asked === 'auto' && chosenDriver()?.kind === 'none') throw badInput({ action, given: 'no GPU', needed });
  return 'gpu';
}

/** The device as a command's JSON has it. */
export function deviceJson({ kind, reason, context, runtime }: Device) {
  return {
    device: kind,
    device_reason: reason,
    ...(context && { adapter: context.adapter.name }),
    ...(runtime && { runtime }),
  };
}

/** The device in a line for people; two where the tracker ran on another. */
export function describeDevice({ kind, context, runtime }: Device): string {
  return [context && `adapter: ${context.adapter.name}`, runtime && `device: ${kind} (${runtime})`]
    .filter(Boolean)
    .join('\n');
}

async function chooseDevice(asked: DeviceWord): Promise<Pick<Device, 'kind' | 'reason'> & { context?: GpuContext }> {
  if (asked !== 'auto') return { kind: asked, reason: `asked for with --device ${asked}` };
  const driver = chosenDriver();
  if (driver && driver.request !== 'auto') return { kind: 'gpu', reason: `asked for with --adapter ${driver.request}` };
  if (driver?.kind === 'none') return { kind: 'wasm', reason: driver.note };
  if (driver?.kind === 'lavapipe' || driver?.kind === 'swiftshader')
    return { kind: 'wasm', reason: noGpu(driver.note) };
  try {
    const context = await openGpu();
    if (!context.traits.software) return { kind: 'gpu', reason: 'there is a GPU', context };
    context.destroy();
    return { kind: 'wasm', reason: noGpu(context.adapter.name) };
  } catch (error) {
    if (!(error instanceof MovtError) || error.code !== 'no_adapter') throw error;
    return { kind: 'wasm', reason: error.message };
  }
}

const noGpu = (adapter: string) => `there is no GPU, only ${adapter}`;

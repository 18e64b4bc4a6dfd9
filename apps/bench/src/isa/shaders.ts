import { basename } from 'node:path';
import {
  type AdapterTraits,
  badInput,
  type GpuContext,
  type Kernel,
  type PipelineRequest,
  preprocess,
} from '@movt/kernels';
import { kernelRegistry } from '@movt/kernels/registry';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { createPredictor, initialWeights, type PresetName, presetConfig, type Shape } from 'movt';

/** One pipeline to compile. */
export interface Shader {
  /** The kernel's name, or the file's. */
  readonly label: string;
  /** Overrides on one line, and which dispatches run it. */
  readonly detail: string;
  /** WGSL after preprocessing. */
  readonly code: string;
  readonly overrides: Readonly<Record<string, number>>;
  /** Null: as the shader declares its bindings. */
  readonly entries: readonly GPUBindGroupLayoutEntry[] | null;
}

/** What kernels are told of the GPUs here: real ones, whose subgroups have no fixed size. */
const GPU_TRAITS: AdapterTraits = { software: false, subgroupSize: 0, f16: true, timestamps: true };

/** WGSL files of people are smaller by far. */
const MAX_FILE_BYTES = 2 ** 20;

/** The different pipelines of a kernel's bench cases, or of every kernel's for 'all'. */
export function kernelShaders(name: string): Shader[] {
  const chosen = kernelRegistry.filter(({ kernel }) => name === 'all' || kernel.name === name);
  if (chosen.length === 0) {
    throw badInput({
      action: 'choosing a kernel',
      given: `"${name}"`,
      needed: `all, ${kernelRegistry.map(({ kernel }) => kernel.name).join(', ')} or a .wgsl file`,
    });
  }
  return distinct(
    chosen.flatMap(({ kernel, cases }) =>
      cases.filter(({ bench }) => bench).map(({ problem }) => requestOf(kernel, problem)),
    ),
  );
}

function requestOf<Problem>(kernel: Kernel<Problem>, problem: Problem): PipelineRequest {
  return {
    name: kernel.name,
    variant: kernel.variant(problem, GPU_TRAITS),
    access: kernel.bindings.flatMap(({ access, length }, binding) =>
      length(problem) > 0 ? [[binding, access] as const] : [],
    ),
    paramsBinding: kernel.params(problem, GPU_TRAITS).length > 0 ? kernel.bindings.length : -1,
  };
}

/**
 * The different pipelines of a model's plan on a GPU, over all shapes.
 * @param context any adapter's: the plan is written for a GPU, and given up before anything is compiled
 */
export async function modelShaders(
  context: GpuContext,
  preset: PresetName,
  shapes: readonly Shape[],
): Promise<Shader[]> {
  const requests: PipelineRequest[] = [];
  const planned = new Error('planned');
  const get = (request: PipelineRequest) => {
    requests.push(request);
    return Promise.reject(planned);
  };
  const gpu: GpuContext = Object.create(context, {
    traits: { value: GPU_TRAITS },
    pipelines: { value: Object.create(context.pipelines, { get: { value: get } }) },
  });
  const config = presetConfig(preset, 27);
  const predictor = createPredictor(gpu, { config, weights: initialWeights(config, 1) });
  for (const shape of shapes) {
    await predictor.warmUp([shape]).catch((error) => {
      if (error !== planned) throw error;
    });
  }
  await predictor.destroy();
  return distinct(requests);
}

/** A WGSL file of anyone's: one @compute entry point, bindings as it declares them. */
export async function fileShader(path: string, overrides: Readonly<Record<string, number>>): Promise<Shader> {
  const code = new TextDecoder().decode(await readFileBytes(path, MAX_FILE_BYTES));
  return { label: basename(path), detail: listOverrides(overrides), code, overrides, entries: null };
}

/** One of each pipeline, with the number of dispatches that ask for it. */
function distinct(requests: readonly PipelineRequest[]): Shader[] {
  const groups = new Map<string, PipelineRequest[]>();
  for (const request of requests) {
    const key = JSON.stringify([
      request.variant.source,
      request.variant.flags,
      request.variant.overrides,
      request.access,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  return [...groups.values()].map(([{ name, variant, access, paramsBinding }]) => {
    const { source, flags = {}, overrides = {} } = variant;
    const buffers = access.map(([binding, kind]) => entry(binding, kind === 'read' ? 'read-only-storage' : 'storage'));
    const set = Object.keys(flags).filter((flag) => flags[flag]);
    return {
      label: name,
      detail: [...set, listOverrides(overrides)].filter(Boolean).join(' '),
      code: preprocess(name, source, flags),
      overrides,
      entries: paramsBinding < 0 ? buffers : [...buffers, entry(paramsBinding, 'uniform')],
    };
  });
}

function entry(binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry {
  return {
    binding,
    visibility: 4 /* GPUShaderStage.COMPUTE, which exists only once Dawn is loaded */,
    buffer: { type },
  };
}

function listOverrides(overrides: Readonly<Record<string, number>>): string {
  return Object.entries(overrides)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

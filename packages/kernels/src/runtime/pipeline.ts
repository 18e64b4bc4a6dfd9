import { MovtError } from './errors.ts';
import type { Binding, Variant } from './kernel.ts';
import { preprocess } from './preprocess.ts';

/** A pipeline with the layout that its bind groups need. */
export interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What a pipeline is compiled from. `access` lists the bound storage buffers, [binding number, access]. */
export interface PipelineRequest {
  readonly name: string;
  readonly variant: Variant;
  readonly access: readonly (readonly [binding: number, access: Binding<unknown>['access']])[];
  /** Binding number of the uniform block, or -1. */
  readonly paramsBinding: number;
}

/** A pipeline that was made, and how long that took. */
export interface CompileTime {
  readonly name: string;
  /** From asking until it was there. Pipelines are asked for together, so their times overlap. */
  readonly ms: number;
}

export interface PipelineCache {
  /** Every pipeline made so far, in the order in which they were ready. */
  readonly made: readonly CompileTime[];
  /** Compiles, or hands out what was compiled before from the same source, flags and overrides. */
  get(request: PipelineRequest): Promise<CompiledKernel>;
}

/** One cache a device; `onCompile` is told of each pipeline that is really made. */
export function createPipelineCache(device: GPUDevice, onCompile: () => void): PipelineCache {
  const cache = new Map<string, Promise<CompiledKernel>>();
  const made: CompileTime[] = [];
  return {
    made,
    get(request) {
      const { variant, access } = request;
      const key = JSON.stringify([variant.source, variant.flags, variant.overrides, access]);
      let compiled = cache.get(key);
      if (!compiled) {
        onCompile();
        const started = performance.now();
        compiled = compile(device, request);
        compiled.then(
          () => made.push({ name: request.name, ms: performance.now() - started }),
          () => cache.delete(key),
        );
        cache.set(key, compiled);
      }
      return compiled;
    },
  };
}

async function compile(device: GPUDevice, request: PipelineRequest): Promise<CompiledKernel> {
  const { name, variant, access, paramsBinding } = request;
  const code = preprocess(name, variant.source, variant.flags ?? {});
  const module = device.createShaderModule({ label: name, code });
  const entries: GPUBindGroupLayoutEntry[] = access.map(([binding, kind]) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: kind === 'read' ? 'read-only-storage' : 'storage' },
  }));
  if (paramsBinding >= 0) {
    entries.push({ binding: paramsBinding, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } });
  }
  const layout = device.createBindGroupLayout({ label: name, entries });
  try {
    const pipeline = await device.createComputePipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ label: name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants: { ...variant.overrides } },
    });
    return { pipeline, layout };
  } catch (error) {
    throw await explain(name, code, module, error);
  }
}

/** A failed pipeline says only "invalid due to a previous error": the compiler's words are in the module. */
async function explain(name: string, code: string, module: GPUShaderModule, error: unknown): Promise<MovtError> {
  const { messages } = await module.getCompilationInfo();
  const detail = describeMessages(code, messages) || (error instanceof Error ? error.message : String(error));
  return new MovtError('shader_compile', `compiling kernel '${name}': ${detail}`, { cause: error });
}

/** The errors among a WGSL compiler's messages, each with the lines around it; empty where there is none. */
export function describeMessages(
  code: string,
  messages: readonly Pick<GPUCompilationMessage, 'type' | 'lineNum' | 'linePos' | 'message'>[],
): string {
  const lines = code.split('\n');
  return messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }) => {
      const around = lines.slice(Math.max(0, lineNum - 3), lineNum + 2).map((line, i) => {
        const number = Math.max(0, lineNum - 3) + i + 1;
        return `${number === lineNum ? '>' : ' '} ${String(number).padStart(4)} | ${line}`;
      });
      return `line ${lineNum}:${linePos} of the expanded source: ${message}\n${around.join('\n')}`;
    })
    .join('\n');
}

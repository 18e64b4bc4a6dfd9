import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describeMessages, MovtError } from '@movt/kernels';
import type { AmdCompiler } from './compiler.ts';
import type { Gpu } from './gpus.ts';
import type { Shader } from './shaders.ts';

/** What came of compiling one shader for one GPU. */
export interface Compiled {
  /** What RADV printed: disassembly and statistics. */
  readonly printed: string;
  /** SPIR-V as text, where it was asked for and Dawn gave it. */
  readonly spirv: string;
}

/** Large kernels take under a second; one that takes this long hangs. */
const TIMEOUT_MS = 60_000;

/** Text, because it runs in a process of its own: the shim must be there before it starts, and a compiler may crash. */
const PROGRAM = `
import { readFileSync, writeSync } from 'node:fs';
const { code, overrides, entries, features } = JSON.parse(readFileSync(0, 'utf8'));
const answer = (value) => { writeSync(3, JSON.stringify(value)); process.exit(0); };
const { create } = await import(process.argv[1]);
const gpu = create(['enable-dawn-features=' + features.join(',')]);
const adapter = await gpu.requestAdapter();
if (!adapter) answer({ failure: 'Dawn offers no adapter' });
const limits = ['maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX',
  'maxStorageBuffersPerShaderStage'];
const device = await adapter.requestDevice({
  requiredFeatures: ['subgroups', 'shader-f16'].filter((feature) => adapter.features.has(feature)),
  requiredLimits: Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]])),
});
device.pushErrorScope('validation');
const module = device.createShaderModule({ code });
const layout = entries
  ? device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] })
  : 'auto';
// Compiles at once and in this thread, as the asynchronous form would not.
const pipeline = device.createComputePipeline({ layout, compute: { module, constants: overrides } });
const error = await device.popErrorScope();
if (!error) answer({});
const { messages } = await module.getCompilationInfo();
answer({ failure: error.message, messages: messages.map(({ type, lineNum, linePos, message }) => ({ type, lineNum, linePos, message })) });
`;

/**
 * Compiles a shader for a GPU that is not there: through Dawn and Mesa's real compiler, over a shim that only answers for the kernel driver.
 *
 * @throws MovtError shader_compile for WGSL that is wrong; gpu_validation where the compiler crashes or does not end
 */
export async function compileFor(
  compiler: AmdCompiler,
  gpu: Gpu,
  shader: Shader,
  { spirv = false, timeoutMs = TIMEOUT_MS } = {},
): Promise<Compiled> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, import.meta.resolve('webgpu')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      LD_PRELOAD: compiler.shim,
      AMDGPU_GPU_ID: gpu.id,
      VK_ICD_FILENAMES: compiler.icd,
      VK_DRIVER_FILES: compiler.icd,
      RADV_DEBUG: 'shaderstats,asm',
      MESA_SHADER_CACHE_DISABLE: 'true',
    },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const features = ['allow_unsafe_apis', ...(spirv ? ['dump_shaders'] : [])];
  const { code, overrides, entries } = shader;
  child.stdin!.on('error', () => {}); // it died before it read; how it ended says why
  child.stdin!.end(JSON.stringify({ code, overrides, entries, features }));
  const [dumped, printed, answer, end] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as NodeJS.ReadableStream),
    ended,
  ]);
  if (!answer) {
    const how = end === 'SIGKILL' ? `did not end in ${timeoutMs / 1000} s` : `crashed (${end})`;
    throw new MovtError('gpu_validation', `compiling ${shader.label} for ${gpu.id}: the compiler ${how}.`);
  }
  const { failure, messages = [] } = JSON.parse(answer);
  if (failure) {
    const detail = describeMessages(code, messages) || failure;
    throw new MovtError('shader_compile', `compiling ${shader.label} for ${gpu.id}: ${detail}`);
  }
  return {
    printed,
    spirv: /\/\* Dumped SPIRV disassembly \*\/\n([\s\S]*?OpFunctionEnd\n)(?!\s*%)/.exec(dumped)?.[1] ?? '',
  };
}

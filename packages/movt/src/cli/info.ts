import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GpuContext } from '@movt/kernels';
import { chosenDriver } from '@movt/kernels/platform';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { readModelCheckpoint } from '../checkpoint-file.ts';
import { type ModelConfig, modelOf } from '../models.ts';
import { movtParameters, parameterCount } from '../parameters.ts';
import { presetConfig, presetNames } from '../presets.ts';
import { withGpu } from './gpu.ts';
import { VERSION } from './version.ts';

/** Those that decide how much fits. */
const SHOWN_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Classes of the head that parameters are counted with. */
const COUNTED_CLASSES = 27;

/** `movt info`: what this machine offers, and what there is to run; or what a checkpoint is. */
export function addInfo(program: Command): void {
  program
    .command('info')
    .description('the adapter, its driver, features and limits; versions; presets. Of a checkpoint: what it is')
    .argument('[checkpoint]', 'safetensors or .pth, or a folder with one')
    .option('--json', 'print one JSON document')
    .action(async (checkpoint: string | undefined, { json }: { json?: true }) => {
      if (checkpoint !== undefined) {
        const about = aboutCheckpoint(await readModelCheckpoint(checkpoint));
        console.log(json ? JSON.stringify(about) : describeCheckpoint(about));
        return;
      }
      const info = await withGpu(collectInfo);
      console.log(json ? JSON.stringify(info) : describe(info));
    });
}

function aboutCheckpoint({ config, task, classes }: Checkpoint<ModelConfig>) {
  const { parameters } = modelOf(config);
  return { config, task, classes, tensors: parameters.length, parameters: parameterCount(parameters) };
}

function describeCheckpoint({
  config,
  task,
  classes,
  tensors,
  parameters,
}: ReturnType<typeof aboutCheckpoint>): string {
  const { model, ...sizes } = { model: 'movt', ...config };
  return columns([
    ['model', model],
    ...Object.entries(sizes).map(([name, value]) => [name, String(value)]),
    ['task', task],
    ['classes', classes === null ? 'without names' : classes.join(', ')],
    ['parameters', `${parameters.toLocaleString('en-US')} in ${tensors} tensors`],
  ]);
}

async function collectInfo({ adapter, traits, device, limits }: GpuContext) {
  const driver = chosenDriver();
  return {
    adapter,
    software: traits.software,
    subgroup_size: traits.subgroupSize,
    ...(driver && { driver }),
    features: [...device.features].sort(),
    limits: Object.fromEntries(SHOWN_LIMITS.map((limit) => [limit, limits[limit]])),
    versions: await versions(),
    presets: presetNames.map((name) => ({
      name,
      classes: COUNTED_CLASSES,
      parameters: parameterCount(movtParameters(presetConfig(name, COUNTED_CLASSES))),
    })),
  };
}

/** In Node, WebGPU is Dawn of the npm package; Deno brings its own. */
async function versions(): Promise<Record<string, string>> {
  if ('Deno' in globalThis) return { movt: VERSION, deno: process.versions.deno! };
  const manifest = await readFile(fileURLToPath(import.meta.resolve('webgpu/package.json')), 'utf8');
  return { movt: VERSION, node: process.versions.node, 'webgpu (Dawn)': JSON.parse(manifest).version };
}

function describe(info: Awaited<ReturnType<typeof collectInfo>>): string {
  const { adapter, software, subgroup_size, driver, features, limits, versions, presets } = info;
  const subgroups = subgroup_size ? `, subgroups of ${subgroup_size}` : '';
  const lines = [
    ['adapter', `${adapter.name}${software ? ' (a processor does the work of a GPU)' : ''}${subgroups}`],
    ...(driver ? [['driver', `${driver.kind}, asked for: ${driver.request}`]] : []),
    ['features', features.join(', ')],
    ...Object.entries(limits).map(([name, value]) => [name, value.toLocaleString('en-US')]),
    ...Object.entries(versions),
    ...presets.map(({ name, classes, parameters }) => [
      name,
      `${parameters.toLocaleString('en-US')} parameters with ${classes} classes`,
    ]),
  ];
  return columns(lines);
}

/** Names, and beside them what they stand for. */
function columns(lines: readonly (readonly string[])[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

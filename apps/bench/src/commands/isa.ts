import { badInput, MovtError } from '@movt/kernels';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type PresetName, presetNames } from 'movt';
import { compileFor } from '../isa/compile.ts';
import { findCompiler } from '../isa/compiler.ts';
import { GPUS, type Gpu, parseGpus } from '../isa/gpus.ts';
import { disassemblyOf, type MachineCode, parseMachineCode } from '../isa/report.ts';
import { fileShader, kernelShaders, modelShaders, type Shader } from '../isa/shaders.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber, wholeNumbers } from '../options.ts';
import { printTable } from '../table.ts';

interface Options {
  gpu: string;
  model?: PresetName;
  batch: number[];
  frames: number;
  points: number;
  override: Record<string, number>;
  beside?: string;
  dump?: 'wgsl' | 'spirv' | 'asm';
  json?: boolean;
}

interface Row extends MachineCode {
  readonly gpu: string;
  readonly shader: string;
  readonly detail: string;
}

/** `bench isa`: the machine code of kernels on AMD GPUs, none of which need be there. */
export function isaCommand(): Command {
  return new Command('isa')
    .description(
      "compile kernels with Mesa's AMD compiler, without a GPU: registers, spills, waves, share of multiply-adds",
    )
    .argument('[kernel]', "a kernel's name, all, or a .wgsl file with one entry point")
    .option('--gpu <list>', GPUS.map(({ id, product }) => `${id} (${product})`).join(', '), 'navi31,navi21,gfx1150')
    .addOption(new Option('--model <preset>', "every kernel in a model's plan for a GPU").choices(presetNames))
    .option('--batch <list>', 'clips in a batch, with --model', wholeNumbers, [1, 32])
    .option('--frames <T>', 'frames of a clip, with --model', wholeNumber(2), 32)
    .option('--points <N>', 'points of a clip, with --model', wholeNumber(1), 60)
    .option('--override <NAME=VALUE>', 'set an override of the .wgsl file; again for more', override, {})
    .option('--beside <file>', 'another .wgsl file, shown in the rows below')
    .addOption(new Option('--dump <form>', 'print the code in place of the table').choices(['wgsl', 'spirv', 'asm']))
    .option('--json', 'print one JSON document on standard output')
    .action(benchIsa);
}

async function benchIsa(kernel: string | undefined, options: Options): Promise<void> {
  const gpus = parseGpus(options.gpu);
  const shaders = await chooseShaders(kernel, options);
  if (options.beside !== undefined) shaders.push(await fileShader(options.beside, {}));
  if (options.dump === 'wgsl') {
    for (const { label, detail, code } of shaders) console.log(`// ${label} ${detail}\n${code}`);
    return;
  }
  const compiler = findCompiler();
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const gpu of gpus) {
    for (const shader of shaders) {
      const { label, detail } = shader;
      try {
        const compiled = await compileFor(compiler, gpu, shader, { spirv: options.dump === 'spirv' });
        if (options.dump) console.log(dumpOf(options.dump, gpu, shader, compiled));
        else rows.push({ gpu: gpu.id, shader: label, detail, ...parseMachineCode(compiled.printed, gpu.doublesWide) });
      } catch (error) {
        // A compiler that crashes or hangs costs one row; WGSL that is wrong is wrong on every GPU.
        if (!(error instanceof MovtError) || error.code !== 'gpu_validation') throw error;
        failures.push(error.message);
      }
    }
  }
  if (!options.dump) print(rows, failures, options);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

async function chooseShaders(kernel: string | undefined, options: Options): Promise<Shader[]> {
  const { model, batch, frames, points } = options;
  if ((kernel === undefined) === (model === undefined)) {
    throw badInput({
      action: 'choosing what to compile',
      given: kernel === undefined ? 'nothing' : `both ${kernel} and --model ${model}`,
      needed: 'a kernel, a .wgsl file or --model',
    });
  }
  if (kernel?.endsWith('.wgsl')) return [await fileShader(kernel, options.override)];
  if (Object.keys(options.override).length > 0) {
    throw badInput({ action: 'reading --override', given: 'a kernel that sets its own', needed: 'a .wgsl file' });
  }
  if (kernel !== undefined) return kernelShaders(kernel);
  const context = await openContext();
  const shapes = batch.map((clips) => ({ batch: clips, frames, points }));
  return modelShaders(context, model!, shapes).finally(() => context.destroy());
}

function dumpOf(
  form: 'spirv' | 'asm',
  gpu: Gpu,
  { label, detail }: Shader,
  compiled: { printed: string; spirv: string },
) {
  const body = form === 'asm' ? disassemblyOf(compiled.printed) : compiled.spirv;
  return `; ${gpu.id}: ${label} ${detail}\n${body || '; Dawn gave no SPIR-V\n'}`;
}

function print(rows: readonly Row[], failures: readonly string[], { json }: Options): void {
  if (json) {
    console.log(JSON.stringify({ rows, failures }, null, 2));
    return;
  }
  const percent = (share: number | undefined) => (share === undefined ? '–' : `${(100 * share).toFixed(0)} %`);
  printTable(
    rows.map((row) => ({
      gpu: row.gpu,
      kernel: row.shader,
      registers: row.vector_registers,
      spills: row.vector_spills + row.scalar_spills,
      scratch: row.scratch_bytes,
      scalar: row.scalar_registers,
      workgroup: row.workgroup_bytes,
      waves: row.waves,
      instructions: row.instructions,
      'loop ALU': row.main_loop?.alu_instructions ?? '–',
      'multiply-adds': row.main_loop?.multiply_adds ?? '–',
      'loop share': percent(row.main_loop?.share),
      'whole share': percent(row.whole.share),
      form: row.detail,
    })),
  );
  console.log(
    '\nregisters, scalar: a thread’s vector and a wave’s scalar registers; workgroup, scratch: bytes; waves: in flight on a SIMD, of 64 threads; ' +
      'loop: the loop with the most multiply-adds.',
  );
}

function override(text: string, before: Record<string, number>): Record<string, number> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || !Number.isFinite(Number(value))) {
    throw new InvalidArgumentError('It must be NAME=VALUE, the value a number.');
  }
  return { ...before, [name]: Number(value) };
}

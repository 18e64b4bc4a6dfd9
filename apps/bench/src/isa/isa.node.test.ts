import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovtError } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFor } from './compile.ts';
import { type AmdCompiler, findCompiler } from './compiler.ts';
import { GPUS, parseGpus } from './gpus.ts';
import { parseMachineCode } from './report.ts';
import { fileShader, kernelShaders, modelShaders, type Shader } from './shaders.ts';

const [navi31, navi21] = parseGpus('navi31,navi21');
const shader = (code: string): Shader => ({ label: 'test.wgsl', detail: '', code, overrides: {}, entries: null });
const DOUBLE = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { x[id.x] *= 2; }`;

/** A test that needs Mesa's compiler; where that is missing it says so and passes. */
function testWithCompiler(name: string, body: (compiler: AmdCompiler) => Promise<void>): void {
  test(name, async () => {
    let compiler: AmdCompiler;
    try {
      compiler = findCompiler();
    } catch (error) {
      console.log(`not run: ${name}: ${(error as Error).message}`);
      return;
    }
    await body(compiler);
  });
}

async function failureOf(work: Promise<unknown>): Promise<MovtError> {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.instance(error, MovtError);
  return error;
}

test('without the shim or the driver, one line says how to get them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'movt-isa-'));
  try {
    assert.throws(
      () => findCompiler({ libraries: [folder], icds: [folder] }),
      /no libamdgpu_noop_drm_shim.so.*mesa-drm-shim/,
    );
    writeFileSync(join(folder, 'libamdgpu_noop_drm_shim.so'), '');
    assert.throws(
      () => findCompiler({ libraries: [folder], icds: [`${folder}/none`] }),
      /'radeon'.*mesa-vulkan-drivers/,
    );
    writeFileSync(join(folder, 'radeon_icd.x86_64.json'), '{}');
    const found = findCompiler({ libraries: [folder], icds: [folder] });
    assert.is(found.icd, join(folder, 'radeon_icd.x86_64.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an unknown GPU is answered with those that are known', () => {
  assert.throws(() => parseGpus('navi31,rtx4090'), /"rtx4090", need names from polaris10, .*gfx1150/);
  assert.is(new Set(GPUS.map(({ id }) => id)).size, GPUS.length);
});

test('each pipeline of a kernel is listed once, in its form for a GPU', () => {
  const shaders = kernelShaders('matmul');
  assert.is(new Set(shaders.map(({ code, overrides }) => JSON.stringify([code, overrides]))).size, shaders.length);
  assert.ok(shaders.every(({ code }) => code.includes('var<workgroup>') && !code.includes('#if')));
  assert.throws(() => kernelShaders('matmull'), /"matmull", need all, activation, /);
});

test('a missing file is a complaint', async () => {
  assert.is((await failureOf(fileShader('/nowhere/x.wgsl', {}))).code, 'bad_input');
});

testWithCompiler('a shader compiles, and its SPIR-V comes along', async (compiler) => {
  const { printed, spirv } = await compileFor(compiler, navi31, shader(DOUBLE), { spirv: true });
  const code = parseMachineCode(printed, navi31.doublesWide);
  assert.is(code.workgroup_bytes, 0);
  assert.is(code.vector_spills, 0);
  assert.is(code.waves, 16);
  assert.match(spirv, /OpEntryPoint GLCompute/);
});

testWithCompiler('WGSL that is wrong is shown with its line', async (compiler) => {
  const error = await failureOf(compileFor(compiler, navi31, shader(DOUBLE.replace('*= 2', '*= two'))));
  assert.is(error.code, 'shader_compile');
  assert.match(error.message, /line 2:.*unresolved value 'two'[\s\S]*> +2 \|/);
});

testWithCompiler('a compiler that does not end is stopped', async (compiler) => {
  const error = await failureOf(compileFor(compiler, navi31, shader(DOUBLE), { timeoutMs: 1 }));
  assert.is(error.code, 'gpu_validation');
  assert.match(error.message, /did not end/);
});

testWithCompiler("movt-base's products keep 8 waves and 85 % multiply-adds, and no kernel spills", async (compiler) => {
  const shapes = [1, 32].map((batch) => ({ batch, frames: 32, points: 60 }));
  const shaders = await modelShaders(await testContext(), 'movt-base', shapes);
  assert.ok(shaders.length >= 7, `${shaders.length} pipelines`);
  for (const gpu of [navi31, navi21]) {
    for (const shader of shaders) {
      const code = parseMachineCode((await compileFor(compiler, gpu, shader)).printed, gpu.doublesWide);
      const what = `${gpu.id} ${shader.label} ${shader.detail}: ${JSON.stringify(code)}`;
      assert.is(code.vector_spills + code.scalar_spills, 0, what);
      if (!['matmul', 'conv1d', 'row_chain'].includes(shader.label)) continue;
      assert.ok(code.waves >= 8 && code.main_loop!.share >= 0.85, what);
    }
  }
});

test.run();

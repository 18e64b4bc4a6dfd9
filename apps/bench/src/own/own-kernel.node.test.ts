import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@movt/kernels/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { prepareKernel } from '../measure/prepare.ts';
import { findDeclarations, overrideDefaults } from './declarations.ts';
import { assertBindingsMatch, ownSubjects } from './own-kernel.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-own-kernel-'));
const test = suite('own kernels');
test.after(() => rm(folder, { recursive: true, force: true }));

const SCALE = `
// @group(0) @binding(7) var<storage, read> not_this_one: array<f32>; /* nor /* this */ one */
struct Params { count: u32, factor: f32 }
@group(0) @binding(0) var<storage> x: array<vec4f>;
@binding(1) @group(0) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> params: Params;
override PER_GROUP: u32 = 64;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.count / 4) { y[id.x] = params.factor * x[id.x]; }
}`;

const BINDINGS = `[
  { name: 'x', access: 'read', shape: ({ count }) => [count] },
  { name: 'y', access: 'read_write', shape: ({ count }) => [count] },
]`;

function specOf(fields: Record<string, string> = {}): string {
  const all: Record<string, string> = {
    bindings: BINDINGS,
    problems: '[{ count: 4000 }]',
    params: '({ count }) => [{ u32: count }, { f32: 3 }]',
    workgroups: '({ count }, { PER_GROUP }) => [Math.ceil(count / 4 / PER_GROUP)]',
    reference: '(_, { x }) => ({ y: Float64Array.from(x, (value) => 3 * value) })',
    flops: '({ count }) => count',
    ...fields,
  };
  const body = Object.entries(all).map(([name, value]) => `  ${name}: ${value},`);
  return `type Sizes = { count: number };\nexport default {\n${body.join('\n')}\n} satisfies object & { problems: Sizes[] };\n`;
}

let made = 0;

/** Subjects of files with these texts, checked as `bench kernel` checks them. */
async function subjectsOf(wgsl: string, spec: string) {
  const name = join(folder, `case${made++}`);
  await writeFile(`${name}.wgsl`, wgsl);
  await writeFile(`${name}.ts`, spec);
  const subjects = await ownSubjects(`${name}.wgsl`, `${name}.ts`);
  const { traits } = await testContext();
  for (const subject of subjects) assertBindingsMatch(subject, traits);
  return subjects;
}

async function complaintAbout(wgsl: string, spec: string): Promise<string> {
  try {
    await subjectsOf(wgsl, spec);
  } catch (error) {
    assert.is((error as { code?: string }).code, 'bad_input', (error as Error).stack);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

test('a WGSL file and its spec in TypeScript make a kernel that is right', async () => {
  const [subject] = await subjectsOf(SCALE, specOf());
  const context = await testContext();
  assert.equal(subject.kernel.variant(subject.problem, context.traits).workgroups, [16, 1, 1]);
  const prepared = await prepareKernel(context, subject, { mode: 'hot' });
  assert.is(await prepared.verify(), undefined);
  await prepared.destroy();
});

test('a wrong one is told with its worst element', async () => {
  const [subject] = await subjectsOf(SCALE, specOf({ params: '({ count }) => [{ u32: count - 4 }, { f32: 3 }]' }));
  const prepared = await prepareKernel(await testContext(), subject, { mode: 'hot' });
  assert.match((await prepared.verify())!, /4 of 4000 values outside .* worst at \[3996\]: NaN/);
  await prepared.destroy();
});

test('bindings that differ from the WGSL are named, each of them', async () => {
  const bindings = BINDINGS.replace("'x', access: 'read'", "'input', access: 'read'").replace(
    "'read_write'",
    "'read_write', type: 'u32'",
  );
  const complaint = await complaintAbout(SCALE, specOf({ bindings, params: '() => []' }));
  assert.match(complaint, '@binding(0) is input read f32 in the spec and x read f32 in the WGSL');
  assert.match(complaint, '@binding(1) is y read_write u32 in the spec and y read_write f32 in the WGSL');
  assert.match(complaint, '@group(0) @binding(2) params uniform of the WGSL is not in the spec');
  const missing = SCALE.replace('@group(0) @binding(2) var<uniform> params: Params;', 'const params = Params(4, 3);');
  assert.match(await complaintAbout(missing, specOf()), '@binding(2) is the params uniform in the spec and missing');
});

test('a spec that is none is refused with file, line or field', async () => {
  assert.match(await complaintAbout(SCALE, 'export const spec = {};'), 'no default export');
  assert.match(await complaintAbout(SCALE, 'export default {\n  bindings: [,\n};'), /case\d+\.ts:3:\d+: Unexpected/);
  assert.match(
    await complaintAbout(SCALE, "import { z } from './nowhere.ts';\nexport default z;"),
    'Could not resolve',
  );
  assert.match(await complaintAbout(SCALE, "throw new Error('no luck');"), 'no luck');
  assert.match(await complaintAbout(SCALE, specOf({ flops: '7' })), 'flops: Invalid type');
  assert.match(
    await complaintAbout(SCALE, specOf({ bindings: "[{ name: 'x', access: 'write' }]" })),
    'bindings.0.access',
  );
  assert.match(await complaintAbout(SCALE, specOf({ workgroups: '() => [0.5]' })), 'workgroups 0.5, 1, 1');
});

test('sizes are bounded, and a reference has to answer for every output', async () => {
  const context = await testContext();
  const prepare = async (spec: string) => {
    const [subject] = await subjectsOf(SCALE, spec);
    await (await prepareKernel(context, subject, { mode: 'hot' })).destroy();
  };
  const rejection = (work: Promise<unknown>) =>
    work.then(
      () => '',
      ({ message }: Error) => message,
    );
  assert.match(await rejection(prepare(specOf({ problems: '[{ count: 1e12 }]' }))), 'shape 1000000000000');
  assert.match(await rejection(prepare(specOf({ reference: '() => ({ z: [] })' }))), 'got z, need y');
});

test('flags and overrides come from the spec, or from the WGSL', () => {
  const wgsl =
    'override A: u32 = 16u;\noverride B = -2.5e-3;\n@id(3) override C: f32 = 1;\noverride D: u32;\n// override E: u32 = 1;';
  assert.equal(overrideDefaults(wgsl), { A: 16, B: -0.0025, C: 1 });
});

test('declarations are found whatever their order and form', () => {
  const wgsl = `@binding(1)@group(0)var<storage,read_write>b:array<atomic<u32>>;
    @group(1) @binding(0) var<storage, read> a: array<mat2x4h, 3>;
    @group(0) @binding(0,) var <uniform> p: Params; var<private> z: f32; @group(0) @binding(2) var t: texture_2d<f32>;`;
  assert.equal(
    findDeclarations(wgsl).map(({ group, binding, name, access, scalar }) => [group, binding, name, access, scalar]),
    [
      [0, 0, 'p', 'uniform', undefined],
      [0, 1, 'b', 'read_write', 'u32'],
      [1, 0, 'a', 'read', 'f16'],
    ],
  );
});

test.run();

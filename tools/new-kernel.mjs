// node tools/new-kernel.mjs NAME [OPS_FOLDER]
// Writes the five files of a kernel that is still to be written: an element-wise one, to be reshaped. Its test fails
// until the WGSL computes what the reference says. Exit code 2, and nothing written, where the name will not do.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [name = '', ops = fileURLToPath(new URL('../packages/kernels/src/ops', import.meta.url))] = process.argv.slice(2);

if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
  refuse(`'${name}' is not a kernel's name; use snake_case, such as 'temporal_max_pool': pnpm new-kernel NAME`);
}
const folder = join(ops, name);
try {
  mkdirSync(folder);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  refuse(`${folder} exists already; choose another name, or remove it first`);
}
for (const [file, content] of Object.entries(filesOf(name))) {
  writeFileSync(join(folder, file), content, { flag: 'wx' });
  console.log(join(folder, file));
}
console.log(`Write the formula in ${name}.wgsl and ${name}.reference.ts, then: pnpm unit --filter ${name}`);

function refuse(reason) {
  console.error(`new-kernel: ${reason}`);
  process.exit(2);
}

function filesOf(name) {
  const camel = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  const Problem = `${camel[0].toUpperCase()}${camel.slice(1)}Problem`;
  return {
    [`${name}.wgsl`]: `// What ${name} computes, and which thread does what.

struct Params {
  count: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [count]
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // [count]
@group(0) @binding(2) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  if (i >= params.count) {
    return;
  }
  // y[i] = …
}
`,
    [`${name}.ts`]: `import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './${name}.wgsl';

/** What defines one call: sizes and flags. */
export interface ${Problem} {
  readonly count: number;
}

const WORKGROUP_SIZE = 64;

/** y = …; say the formula, its source and the shapes. [count] → [count] */
export const ${camel} = defineKernel<${Problem}>({
  name: '${name}',
  bindings: [
    { name: 'x', access: 'read', length: ({ count }) => count },
    { name: 'y', access: 'read_write', length: ({ count }) => count },
  ],
  params: ({ count }) => [{ u32: count }],
  variant: ({ count }) => ({
    source,
    overrides: { WORKGROUP_SIZE },
    workgroups: linearGrid(Math.ceil(count / WORKGROUP_SIZE)),
  }),
  flops: ({ count }) => count,
});
`,
    [`${name}.reference.ts`]: `import type { Arrays } from '../../testing/check-kernel.ts';
import type { ${Problem} } from './${name}.ts';

/** The same in float64, in plain loops. x [count] → y [count] */
export function ${camel}Reference({ count }: ${Problem}, { x }: Arrays): Arrays {
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) y[i] = x[i];
  return { y };
}
`,
    [`${name}.cases.ts`]: `import type { KernelCheck } from '../../testing/check-kernel.ts';
import { ${camel}Reference } from './${name}.reference.ts';
import { ${camel}, type ${Problem} } from './${name}.ts';

export const ${camel}Check: KernelCheck<${Problem}> = {
  kernel: ${camel},
  reference: ${camel}Reference,
  cases: [
    { problem: { count: 1 } },
    { problem: { count: 63 } },
    { problem: { count: 65 } },
    // More than 65,535 workgroups.
    { problem: { count: 65537 * 64 + 1 } },
    { problem: { count: 60 * 256 }, bench: true },
  ],
};
`,
    [`${name}.test.ts`]: `import { test } from 'uvu';
import { checkKernel } from '../../testing/check-kernel.ts';
import { ${camel}Check } from './${name}.cases.ts';

await checkKernel(${camel}Check);
test.run();
`,
  };
}

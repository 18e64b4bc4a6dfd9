import { createPlan, type Kernel } from '@movt/kernels';
import { assertClose, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memory } from './memory.ts';
import { multiplyAdd } from './multiply-add.ts';
import { workgroupMemory } from './workgroup-memory.ts';

/** What a kernel writes to y. */
async function run<Problem>(
  kernel: Kernel<Problem>,
  problem: Problem,
  values: Record<string, Float32Array> = {},
): Promise<Float32Array> {
  const builder = createPlan(await testContext(), kernel.name);
  const operands = kernel.bindings.map(({ name, length }) => {
    const operand = name === 'y' ? builder.tensor(name, length(problem)) : builder.input(name, length(problem));
    if (name === 'y') builder.output('y', operand);
    return [name, operand] as const;
  });
  builder.dispatch(kernel, problem, Object.fromEntries(operands));
  const plan = await builder.build();
  const { y } = await plan.run(values);
  await plan.destroy();
  return y;
}

test('every multiply-add that is counted is done', async () => {
  const { traits } = await testContext();
  for (const sums of [8, 12, 16] as const) {
    for (const half of new Set([false, traits.f16])) {
      const problem = { workgroups: 2, threads: 8, rounds: 1, half, sums };
      const y = await run(multiplyAdd, problem, { seed: Float32Array.of(0.9375, 0.25) });
      const expected = Array.from({ length: 16 }, (_, i) => {
        let sum = 0;
        for (let s = 0; s < 16; s++) {
          let value = (i % 8) + s;
          for (let turn = 0; turn < 32 && s < sums; turn++) value = value * 0.9375 + 0.25;
          sum += value;
        }
        return sum;
      });
      assertClose(y, expected, { rtol: half ? 1.5e-2 : 1e-5, atol: 0 }, `${sums} sums, half ${half}`);
    }
  }
  // Of a thread: 3 rounds of 32 turns, 12 sums, 2 operations.
  assert.is(multiplyAdd.flops({ workgroups: 1, threads: 1, rounds: 3, half: false, sums: 12 }), 3 * 32 * 12 * 2);
});

test('a copy copies all, a reading reads all', async () => {
  const length = 64 * 16 * 4 + 64;
  const x = Float32Array.from({ length }, (_, i) => i % 31);
  assert.equal([...(await run(memory, { length, perThread: 16, copy: true }, { x }))], [...x]);
  const sums = await run(memory, { length, perThread: 16, copy: false }, { x });
  assert.is(
    sums.reduce((a, b) => a + b, 0),
    x.reduce((a, b) => a + b, 0),
  );
});

test('workgroup memory is read as often as is counted', async () => {
  const y = await run(workgroupMemory, { workgroups: 2, threads: 8, rounds: 5 });
  // The place i holds i % 4 in all four elements, and every read of a round is at the same place modulo 4.
  const expected = Array.from({ length: 16 }, (_, i) => {
    let sum = 0;
    for (let round = 0; round < 5; round++) sum += 8 * 4 * ((i + round) % 4);
    return sum;
  });
  assert.equal([...y], expected);
});

test.run();

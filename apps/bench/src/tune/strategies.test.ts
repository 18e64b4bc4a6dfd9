import { createRandom, type TunedValues } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readProblem, tunableKernel } from './problem.ts';
import { combinations, STRATEGIES, type Strategy, search } from './strategies.ts';

const parameters = { A: [1, 2, 4, 8, 16], B: [1, 2, 4, 8, 16] };
/** Lowest at A 8, B 2, and downhill to it from everywhere. */
const cost = ({ A, B }: TunedValues) => Math.abs(Math.log2(A) - 3) + Math.abs(Math.log2(B) - 1);

async function order(strategy: Strategy, seed: number, most = Infinity, candidates = combinations(parameters)) {
  const tried: TunedValues[] = [];
  const evaluate = async (values: TunedValues) => {
    tried.push(values);
    return cost(values);
  };
  await search(strategy, parameters, candidates, createRandom(seed), evaluate, () => tried.length >= most);
  return tried;
}

test('combinations are all of them, each once', () => {
  assert.is(new Set(combinations(parameters).map((values) => JSON.stringify(values))).size, 25);
  assert.equal(combinations({ A: [1, 2] }), [{ A: 1 }, { A: 2 }]);
});

for (const strategy of STRATEGIES) {
  test(`${strategy}: tries every candidate once, in an order that its seed settles, and stops when told`, async () => {
    const tried = await order(strategy, 7);
    assert.is(new Set(tried).size, 25);
    assert.is(tried.length, 25);
    assert.equal(await order(strategy, 7), tried);
    assert.equal(await order(strategy, 7, 5), tried.slice(0, 5));
    if (strategy === 'all') assert.equal(tried, combinations(parameters));
    else assert.not.equal(await order(strategy, 8), tried);
  });
}

test('local: goes downhill, so it is at the best long before all are tried', async () => {
  let local = 0;
  let random = 0;
  for (let seed = 0; seed < 40; seed++) {
    const tries = async (strategy: Strategy) => (await order(strategy, seed)).findIndex((values) => cost(values) === 0);
    local += await tries('local');
    random += await tries('random');
  }
  assert.ok(local < 0.8 * random, `${local / 40} tries, ${random / 40} at random`);
});

test('what is not allowed is never tried', async () => {
  const allowed = combinations(parameters).filter(({ A, B }) => A * B <= 16);
  for (const strategy of STRATEGIES) {
    for (const values of await order(strategy, 1, Infinity, allowed)) assert.ok(values.A * values.B <= 16);
  }
});

test('problems: a shape, JSON, and what is refused', () => {
  const matmul = tunableKernel('matmul');
  assert.equal(readProblem(matmul, { shape: '60x256x2048' }).problem, { m: 60, n: 256, k: 2048, bias: true });
  assert.equal(readProblem(matmul, { problem: '{"m":3,"n":4,"k":5}' }).problem, { m: 3, n: 4, k: 5 });
  for (const [given, complaint] of [
    [{}, 'neither'],
    [{ shape: '1x1x1', problem: '{}' }, 'both'],
    [{ shape: '60x256' }, '60x256'],
    [{ problem: '{"m":' }, 'JSON'],
    [{ problem: '{"m":3}' }, 'NaN elements of x'],
    [{ problem: '{"m":-3,"n":4,"k":5}' }, '-15 elements'],
    [{ shape: '999999x999999x1' }, 'at most'],
  ] as const) {
    assert.throws(() => readProblem(matmul, given), complaint);
  }
  assert.throws(() => tunableKernel('softmax'), 'matmul');
});

test.run();

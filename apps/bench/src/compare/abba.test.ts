import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isNarrow, measureQuartets, rowOfRounds } from './abba.ts';
import { judgeRows, type UnjudgedRow } from './comparison.ts';
import { ratioOfRuns } from './ratio.ts';
import type { Verdict } from './verdict.ts';

const MARGIN = 0.03;

/**
 * A machine that others use too: its pace wanders, and steps by a tenth now and then, neighbouring samples share their noise, and in phases someone else's
 * work makes a part of the samples several times as long. `age` counts samples.
 */
function noisyMachine(seed: number) {
  const random = createRandom(seed);
  let pace = 0;
  let shared = 0;
  let busy = false;
  return (ms: number) => {
    const [step, own, burst] = random.normal(3);
    const [chance, jump] = random.uniform(2, 0, 1);
    pace += 0.003 * step + (jump < 0.002 ? 0.1 * Math.sign(step) : 0);
    shared = 0.8 * shared + 0.01 * own;
    if (jump > 0.99) busy = !busy;
    const delay = busy && chance < 0.6 ? 3 * Math.abs(burst) : 0;
    return ms * (Math.exp(pace + shared) + delay);
  };
}

/** Measures a table as compare-trees.ts does, on a simulated machine. `launch` is what a start adds for as long as a process lives. */
async function simulate(seed: number, ratios: readonly number[], launch = 0.003): Promise<Verdict[]> {
  const machine = noisyMachine(seed);
  const random = createRandom(seed + 1000);
  const rows: UnjudgedRow[] = [];
  for (const [i, ratio] of ratios.entries()) {
    const rounds = [];
    for (let round = 0; round < 8; round++) {
      const [luckA, luckB] = random.normal(2).map((luck) => Math.exp(luck * launch));
      const take = (ms: number) => () => Promise.resolve(machine(ms));
      rounds.push(await measureQuartets(take(luckA), take(ratio * luckB), 'timestamp', 12));
      const row = rowOfRounds({ kernel: 'simulated', problem: String(i) }, rounds);
      if (round >= 2 && isNarrow(row, MARGIN)) break;
    }
    rows.push(rowOfRounds({ kernel: 'simulated', problem: String(i) }, rounds));
  }
  return judgeRows(rows, MARGIN).map(({ verdict }) => verdict);
}

test('a steady drift cancels: a machine that slows down by a hundredth a sample shows no difference', async () => {
  let age = 0;
  const sample = () => Promise.resolve(1.01 ** age++);
  const { ratio, ci95 } = rowOfRounds({ kernel: 'k', problem: 'p' }, [
    await measureQuartets(sample, sample, 'timestamp', 12),
  ]);
  assert.ok(Math.abs(ratio - 1) < 1e-12, String(ratio));
  assert.ok(ci95[0] <= 1 + 1e-12 && ci95[1] >= 1 - 1e-12);
});

test('noise alone raises no alarm in forty tables of eight rows', async () => {
  const tables = await Promise.all(Array.from({ length: 40 }, (_, seed) => simulate(seed, new Array(8).fill(1))));
  assert.is(tables.flat().filter((verdict) => verdict === 'SLOWER' || verdict === 'FASTER').length, 0);
});

test('a tenth is found among seven rows that stayed as they were, both ways', async () => {
  const slower = await Promise.all(
    Array.from({ length: 20 }, (_, seed) => simulate(seed, [1, 1, 1, 1.1, 1, 1, 1, 1 / 1.1])),
  );
  assert.ok(slower.filter((verdicts) => verdicts[3] === 'SLOWER').length >= 19);
  assert.ok(slower.filter((verdicts) => verdicts[7] === 'FASTER').length >= 19);
});

test('where starts of the same program differ by a twentieth, the intervals say so', async () => {
  const tables = await Promise.all(Array.from({ length: 20 }, (_, seed) => simulate(seed, [1, 1, 1, 1], 0.05)));
  const alarms = tables.filter((verdicts) => verdicts.some((verdict) => verdict === 'SLOWER' || verdict === 'FASTER'));
  assert.ok(alarms.length <= 2, `${alarms.length} of 20 tables`);
});

test('a time that is not above zero, as differences of wall times may be, is an outlier and nothing worse', async () => {
  let turn = 0;
  const sample = (ms: number) => () => Promise.resolve(turn++ % 5 === 0 ? -1 : ms);
  const { ratio, ci95 } = rowOfRounds({ kernel: 'k', problem: 'p' }, [
    await measureQuartets(sample(1), sample(1.2), 'wall', 30),
  ]);
  assert.ok(ci95.every(Number.isFinite));
  assert.ok(ratio > 1, String(ratio));
});

test('two runs with neighbours alike: their intervals widen, so noise seldom looks like a difference', () => {
  let alarms = 0;
  let naive = 0;
  for (let seed = 0; seed < 100; seed++) {
    const random = createRandom(seed);
    const run = () => {
      let level = 0;
      return [...random.normal(60)].map((value) => {
        level = 0.9 * level + 0.02 * value;
        return Math.exp(level);
      });
    };
    const [a, b] = [run(), run()];
    if (ratioOfRuns(a, b).p < 0.05) alarms++;
    if (ratioOfRuns(shuffled(a, random), shuffled(b, random)).p < 0.05) naive++;
  }
  assert.ok(naive > 40, `${naive}`);
  assert.ok(alarms < naive / 2, `${alarms} of ${naive}`);
});

/** The same values in an order that hides that neighbours were alike. */
function shuffled(values: readonly number[], random: ReturnType<typeof createRandom>): number[] {
  const keys = random.uniform(values.length, 0, 1);
  return values
    .map((_, i) => i)
    .sort((x, y) => keys[x] - keys[y])
    .map((i) => values[i]);
}

test.run();

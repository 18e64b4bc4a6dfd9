import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alignClocks, timestampStep } from './gpu-clock.ts';

test('the step is the greatest that divides every difference', () => {
  assert.is(timestampStep([1_000_007n, 1_000_007n + 83n * 12n, 1_000_007n + 83n * 5n, 1_000_007n]), 83);
  assert.is(timestampStep([900_000n, 300_000n, 700_000n]), 200_000);
  assert.is(timestampStep([5n, 5n, 5n]), 0);
});

/** A GPU clock that started at `origin` ns, seen through submissions with these delays (ms) before and after the work. */
function sightings(origin: bigint, delays: readonly (readonly [number, number])[], stepNs: number) {
  const rounded = (ms: number) => origin + BigInt(Math.floor((ms * 1e6) / stepNs) * stepNs);
  return delays.map(([before, after], i) => {
    const [begin, end] = [10 * i + 3.25, 10 * i + 4.5];
    return { before: begin - before, begin: rounded(begin), end: rounded(end), after: end + after };
  });
}

test('clocks are aligned to within the uncertainty that is told, from whatever origin', () => {
  const origin = 2n ** 62n + 12_345n;
  const seen = sightings(
    origin,
    [
      [0.9, 0.02],
      [0.03, 2],
      [0.4, 0.4],
    ],
    1,
  );
  const clock = alignClocks(seen, 1);
  assert.is(clock.quantised, false);
  assert.ok(Math.abs(clock.uncertaintyMs - 0.025) < 1e-6, `${clock.uncertaintyMs}`);
  for (const { begin, end } of seen) {
    for (const time of [begin, end]) {
      assert.ok(Math.abs(clock.toCpu(time) - Number(time - origin) / 1e6) <= clock.uncertaintyMs + 1e-6);
    }
  }
});

test('timestamps that are rounded down are told from good ones, and still aligned', () => {
  const origin = 777n;
  const stepNs = 100_000;
  const seen = sightings(
    origin,
    [
      [0.01, 0.01],
      [0.02, 0.01],
    ],
    stepNs,
  );
  const clock = alignClocks(seen, stepNs);
  assert.is(clock.quantised, true);
  for (const { begin } of seen) {
    assert.ok(Math.abs(clock.toCpu(begin) - Number(begin - origin) / 1e6) <= clock.uncertaintyMs + 1e-6);
  }
});

test.run();

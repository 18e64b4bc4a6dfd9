import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importantCount, trackImportance } from './importance.ts';

test('the norm over frames and coordinates of each track, by the largest', () => {
  // Two frames of three points: norms 5, 13 and 0.
  const gradient = [3, 0, 0, 12, 0, 3, 0, 0, 0, 0, 4, 0, 0, -4, 0, 0, 0, 0];
  const importance = trackImportance(gradient, 3);
  assert.equal([...importance], [Math.sqrt(25 / 169), 1, 0]);
  assert.is(importantCount(importance), 1);
  assert.equal(
    [
      ...trackImportance(
        gradient.map((value) => value * 1e-30),
        3,
      ),
    ].map((value) => value.toFixed(12)),
    [...importance].map((value) => value.toFixed(12)),
    'only proportions count',
  );
  assert.is(importantCount(Float64Array.of(0.5, 0.5001, 1)), 2, 'strictly above');
});

test('a gradient of zero makes no track important', () => {
  assert.equal([...trackImportance(new Float32Array(2 * 4 * 3), 4)], [0, 0, 0, 0]);
});

test('the most important track has 1, and none more', () => {
  const random = createRandom(3);
  for (let i = 0; i < 20; i++) {
    const importance = trackImportance(Float32Array.from(random.normal(9 * 17 * 3)), 17);
    assert.is(Math.max(...importance), 1);
    assert.ok(importance.every((value) => value > 0));
  }
});

test.run();

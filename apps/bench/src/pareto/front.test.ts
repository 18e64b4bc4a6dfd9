import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Candidate, paretoFront } from './front.ts';

/** By the definition, pair by pair. */
function bruteForce(points: readonly Candidate[]): number[] {
  const dominates = (a: Candidate, b: Candidate) =>
    a.cost <= b.cost && a.accuracy >= b.accuracy && (a.cost < b.cost || a.accuracy > b.accuracy);
  const places = points.map((_, i) => i);
  return places.filter((i) => !points.some((other) => dominates(other, points[i])));
}

test('the front is what the definition says, on fresh points with many ties', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = createRandom(seed);
  for (let round = 0; round < 200; round++) {
    // Few values: equal costs, equal accuracies and equal points all occur.
    const points = Array.from({ length: random.integer(1, 30) }, () => ({
      cost: random.integer(1, 8) / 8,
      accuracy: random.integer(0, 8) / 8,
    }));
    const front = paretoFront(points);
    assert.equal(
      [...front].sort((a, b) => a - b),
      bruteForce(points),
      `round ${round}, seed ${seed}`,
    );
    const costs = front.map((i) => points[i].cost);
    assert.equal(
      costs,
      [...costs].sort((a, b) => a - b),
      `by rising cost; round ${round}, seed ${seed}`,
    );
  }
});

test('equal points stand on the front together; equal in one alone, the better one does', () => {
  const at = (cost: number, accuracy: number) => ({ cost, accuracy });
  assert.equal(paretoFront([at(2, 0.9), at(1, 0.5), at(2, 0.9)]), [1, 0, 2]);
  assert.equal(paretoFront([at(1, 0.5), at(1, 0.6)]), [1]);
  assert.equal(paretoFront([at(2, 0.5), at(1, 0.5)]), [1]);
  assert.equal(paretoFront([]), []);
});

test.run();

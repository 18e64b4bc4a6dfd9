import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probabilities } from './probabilities.ts';

test('probabilities follow the definition and sum to 1', () => {
  const logits = createRandom(1).uniform(27, -5, 5);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  const computed = probabilities(logits);
  for (const [i, p] of computed.entries()) assert.ok(Math.abs(p - Math.exp(logits[i]) / sum) < 1e-7);
  assert.ok(Math.abs(computed.reduce((a, b) => a + b, 0) - 1) < 1e-6);
});

test('logits far beyond exp() and a single output are no trouble', () => {
  assert.equal([...probabilities(Float32Array.of(3e38, -3e38))], [1, 0]);
  assert.equal([...probabilities(Float32Array.of(-1000, -1000))], [0.5, 0.5]);
  assert.equal([...probabilities(Float32Array.of(7))], [1]);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCounters } from './statistics.ts';

test('a batch counts once as an execution, and as a whole for each request in it, as Triton has it', () => {
  const counters = createCounters(() => 1234);
  const big = { batch: 3, inputMs: 1, inferMs: 10, outputMs: 0.5 };
  const small = { batch: 1, inputMs: 0.25, inferMs: 4, outputMs: 0.125 };
  counters.ran(big);
  counters.ran(small);
  counters.ran(small);
  counters.answered(2, 20, 3, new Set([big]));
  counters.answered(2, 30, 5, new Set([big, small]));
  counters.failed(7);
  const read = counters.read();
  assert.equal(read, {
    lastInference: 1234,
    inferenceCount: 4,
    executionCount: 3,
    success: { count: 2, ns: 50e6 },
    fail: { count: 1, ns: 7e6 },
    queue: { count: 2, ns: 8e6 },
    computeInput: { count: 2, ns: 2.25e6 },
    computeInfer: { count: 2, ns: 24e6 },
    computeOutput: { count: 2, ns: 1.125e6 },
    batches: [
      { batchSize: 1, computeInfer: { count: 2, ns: 8e6 } },
      { batchSize: 3, computeInfer: { count: 1, ns: 10e6 } },
    ],
  });
  counters.failed(1);
  assert.is(read.fail.count, 1, 'what was read stays as it was');
});

test.run();

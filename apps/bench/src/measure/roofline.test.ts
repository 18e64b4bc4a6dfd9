import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { placeUnderRoof } from './roofline.ts';

const ceilings = {
  f32_gflop_per_s: 100,
  f16_gflop_per_s: 200,
  memory_gb_per_s: 10,
  cache_gb_per_s: 50,
  workgroup_gb_per_s: 400,
};

test('under a sloping roof memory counts, under a flat one arithmetic', () => {
  // 1 GFLOP and 1 GB in a quarter of a second.
  const even = { flop_count: 1e9, byte_count: 1e9, ms: 250 };
  const cold = placeUnderRoof(even, ceilings, 'cold');
  assert.equal(cold, { intensity: 1, gflop_per_s: 4, gb_per_s: 4, ceiling_share: 0.4, limiter: 'memory' });
  assert.is(placeUnderRoof(even, ceilings, 'hot').ceiling_share, 4 / 50);
  const heavy = placeUnderRoof({ flop_count: 20e9, byte_count: 1e9, ms: 250 }, ceilings, 'cold');
  assert.equal([heavy.intensity, heavy.ceiling_share, heavy.limiter], [20, 0.8, 'compute']);
});

test('far below both ceilings it is latency; what computes nothing is held against memory', () => {
  assert.is(placeUnderRoof({ flop_count: 1e9, byte_count: 1e9, ms: 2500 }, ceilings, 'cold').limiter, 'latency');
  const copy = placeUnderRoof({ flop_count: 0, byte_count: 1e9, ms: 200 }, ceilings, 'cold');
  assert.equal([copy.intensity, copy.ceiling_share, copy.limiter], [0, 0.5, 'memory']);
});

test.run();

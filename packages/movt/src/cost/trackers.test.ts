import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cotracker3Cost } from './cotracker3.ts';
import { kltCost } from './klt.ts';

const CLIP = { frames: 32, points: 60, width: 512, height: 384 };

test('CoTracker3, offline: 1,221 GMAC for 60 points, 1,337 with the 36 that support them, and its parameters', () => {
  const cost = cotracker3Cost({ ...CLIP, supportPoints: 0, iterations: 6 });
  assert.is(cost.mac.gops.toFixed(0), '1221');
  assert.is(cost.mac.params, 25_385_700);
  const supported = cotracker3Cost({ ...CLIP, supportPoints: 36, iterations: 6 });
  assert.is(supported.mac.gops.toFixed(0), '1337');
  assert.is(supported.mac.params, 25_385_700);
  const asMany = cotracker3Cost({ ...CLIP, points: 96, supportPoints: 0, iterations: 6 });
  assert.equal(asMany, supported);
});

test('of CoTracker3 thop sees the modules: all but products, samples and the virtual tracks', () => {
  const { thop, mac, flop, operations } = cotracker3Cost({ ...CLIP, supportPoints: 0, iterations: 6 });
  assert.is(thop.params, mac.params - 64 * 384);
  const unseen = operations.filter(({ thop }) => thop.macs === 0).reduce((sum, { macs }) => sum + macs, 0) / 1e9;
  const norms = operations.filter(({ macs, thop }) => macs === 0 && thop.macs > 0);
  const counted = norms.reduce((sum, { thop }) => sum + thop.macs, 0) / 1e9;
  assert.ok(unseen > 1 && counted > 1);
  assert.ok(Math.abs(thop.gops - (mac.gops - unseen + counted)) < 1e-6);
  assert.ok(flop.gops > 2 * mac.gops && flop.gops < 2.05 * mac.gops);
});

test('CoTracker3 doubles with the iterations but for its features', () => {
  const gmac = (iterations: number) => cotracker3Cost({ ...CLIP, supportPoints: 0, iterations }).mac.gops;
  const features = gmac(1) - (gmac(2) - gmac(1));
  // The convolutions alone, by their sizes: 7×7 at half the size, four stages of 3×3, two to join them.
  assert.ok(Math.abs(features - 828.96224256) < 0.01, String(features));
  assert.ok(Math.abs(gmac(6) - (features + 6 * (gmac(2) - gmac(1)))) < 1e-6);
});

test('KLT counts its filters and its searches, for every frame', () => {
  const { thop, mac, flop, operations } = kltCost(CLIP);
  // 512×384 has 3 levels: 96 pixels at the coarsest. Filters of 30 taps for 4 channels, on a quarter and a sixteenth of the pixels.
  const filters = (256 * 192 + 128 * 96) * 4 * 30;
  const searches = 60 * (3 + 2) * 15 ** 2 * 3 * (16 * 3 + 5 * 6);
  assert.is(mac.gops, (32 * (filters + searches)) / 1e9);
  assert.is(flop.gops, 2 * mac.gops);
  assert.equal([thop, mac.params], [{ gops: 0, params: 0 }, 0]);
  assert.equal(
    operations.map(({ kernel }) => kernel),
    ['gaussian_pyramid', 'gaussian_pyramid', 'klt', 'query_patches'],
  );
});

test('sizes that are none are refused', () => {
  assert.throws(() => kltCost({ ...CLIP, frames: 0 }), /frames = 0/);
  assert.throws(() => kltCost({ ...CLIP, points: 1.5 }), /points = 1.5/);
  const sizes = { ...CLIP, supportPoints: 0, iterations: 6 };
  assert.throws(() => cotracker3Cost({ ...sizes, width: 510 }), /510×384/);
  assert.throws(() => cotracker3Cost({ ...sizes, height: 28 }), /512×28/);
  assert.throws(() => cotracker3Cost({ ...sizes, supportPoints: -1 }), /supportPoints = -1/);
  assert.throws(() => cotracker3Cost({ ...sizes, iterations: 0 }), /iterations = 0/);
});

test.run();

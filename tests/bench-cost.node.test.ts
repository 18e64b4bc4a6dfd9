import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const BIN = resolve('apps/bench/bin/bench.mjs');
const test = suite('bench cost');

/** The command where no Vulkan driver is, and none that the test runner has chosen. */
async function cost(...args: string[]) {
  const { MOVT_ADAPTER, MOVT_CHOSEN_DRIVER, LD_LIBRARY_PATH, ...rest } = process.env;
  const env = { ...rest, VK_ICD_FILENAMES: '/none.json', VK_DRIVER_FILES: '/none.json' };
  const child = spawn(process.execPath, [BIN, 'cost', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = new Promise<number | null>((done) => child.on('close', done));
  const [code, stdout, stderr] = await Promise.all([end, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

test('JSON without a GPU: three conventions, every operation, and what a tracker adds', async () => {
  const { code, stdout, stderr } = await cost(...'movt-base --frames 32 --points 60 --classes 27 --json'.split(' '));
  assert.equal([code, stderr], [0, '']);
  const { thop, mac, flop, bytes, operations, scopes } = JSON.parse(stdout);
  assert.equal([thop.gops.toFixed(4), thop.params], ['0.5173', 4_560_923]);
  assert.equal([mac.gops.toFixed(3), mac.params], ['0.587', 5_613_595]);
  assert.ok(flop.gops > 2 * mac.gops && flop.params === mac.params);
  const sum = (key: string) =>
    operations.reduce((total: number, operation: Record<string, number>) => total + operation[key], 0);
  assert.equal([sum('macs') / 1e9, sum('flops') / 1e9, sum('bytes')], [mac.gops, flop.gops, bytes]);
  assert.equal(scopes[0], { scope: 'model', thop: thop.gops, mac: mac.gops, flop: flop.gops });
});

test('for people: groups of operations with their total, conventions and scopes', async () => {
  const { code, stdout } = await cost('movt-tiny', '--frames', '5', '--size', '320x240');
  assert.is(code, 0);
  assert.match(stdout, /^movt-tiny: 5 frames, 60 points, 27 classes\n/);
  assert.match(stdout, /\nencoder\.layers\.\*\.linear1 +matmul +2 /);
  assert.match(stdout, /\ntotal /);
  assert.match(stdout, /\nmodel\+tracker: KLT at 320×240 /);
  assert.match(stdout, /model\+tracker\+decode/);
});

test('the paper’s figures beside ours, all of which agree', async () => {
  const { code, stdout } = await cost('--table');
  assert.is(code, 0);
  assert.match(stdout, /movt-base, T=32, N=60 +0\.5173 +0\.52 ✓ +0\.5871 /);
  assert.match(stdout, /CoTracker3, T=32, N=60 .* 1221\.\d+ .* 25385700\n/);
  assert.not.match(stdout, /✗/);
});

test('what cannot be counted is refused in a line', async () => {
  const { code, stdout, stderr } = await cost('movt-huge');
  assert.equal([code, stdout], [2, '']);
  assert.match(stderr, /^counting cost: got movt-huge, need one of movt-base, [^\n]*\n$/);
});

test.run();

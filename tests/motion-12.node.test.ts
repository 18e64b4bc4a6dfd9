import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readImage } from '@movt/tracker/image';
import { readTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const BIN = resolve('packages/movt/bin/movt.mjs');
const folder = await mkdtemp(join(tmpdir(), 'motion-12-'));
const test = suite('movt data motion-12');
test.after(() => rm(folder, { recursive: true, force: true }));

function make(...args: string[]) {
  const command = [BIN, 'data', 'motion-12', '--seed', '5', '-o', 'made.safetensors', ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  return { status, stderr };
}

async function made(...args: string[]) {
  const { status, stderr } = make(...args);
  assert.is(status, 0, stderr);
  return readTracks(join(folder, 'made.safetensors'));
}

test('makes labelled tracks, with and without faults', async () => {
  const shape = ['--clips', '13', '--frames', '20', '--points', '7'];
  const perfect = await made(...shape, '--perfect', '--split', 'test');
  assert.equal(perfect.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]);
  assert.equal(perfect.split, new Array(13).fill(2));
  assert.is(perfect.classes!.length, 12);
  assert.ok(perfect.clips.every(({ T, N }) => T === 20 && N === 7));
  const faulty = await made(...shape);
  assert.equal(faulty.labels, perfect.labels);
  assert.not.equal(faulty.clips[3]!.data, perfect.clips[3]!.data);
});

test('renders clips, tracks them, and writes their frames', async () => {
  const set = await made('--clips', '2', '--frames', '16', '--points', '5', '--rendered', '--pictures', 'pictures');
  assert.equal(set.picture, { width: 160, height: 160, fps: 16 });
  assert.equal(set.labels, [0, 1]);
  assert.equal((await readdir(join(folder, 'pictures'))).sort(), ['0000-still', '0001-move-left']);
  const frames = await readdir(join(folder, 'pictures/0001-move-left'));
  assert.is(frames.length, 16);
  const { width, height } = await readImage(join(folder, 'pictures/0001-move-left', frames[15]!));
  assert.equal([width, height], [160, 160]);
});

test('refuses what does not fit, before any work', async () => {
  const before = await readdir(folder);
  const refuses = (message: RegExp, ...args: string[]) => {
    const { status, stderr } = make(...args);
    assert.is(status, 2, stderr);
    assert.match(stderr, message);
    assert.not.match(stderr, /\n {4}at /);
  };
  refuses(/need a whole number of 16 to 1024/, '--clips', '1', '--frames', '4');
  refuses(/--perfect.*cannot be used with.*--rendered/, '--clips', '1', '--perfect', '--rendered');
  refuses(/--pictures.*got no --rendered/, '--clips', '1', '--pictures', 'x');
  refuses(/Allowed choices are train, validation, test/, '--clips', '1', '--split', 'all');
  refuses(/100000 clips of 1000 frames.*Make fewer/, '--clips', '100000', '--frames', '1000');
  assert.equal(await readdir(folder), before);
});

test.run();

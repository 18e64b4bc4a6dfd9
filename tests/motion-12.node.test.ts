import { readdir } from 'node:fs/promises';
import { readImage } from '@movt/tracker/image';
import { readTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMovtCommand } from './movt-command.ts';

const { path, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt data motion-12');
test.after(removeFolder);

const MAKE = ['data', 'motion-12', '--seed', '5', '-o', 'made.safetensors'];

async function made(...args: string[]) {
  await succeeds(...MAKE, ...args);
  return readTracks(path('made.safetensors'));
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
  assert.equal((await readdir(path('pictures'))).sort(), ['0000-still', '0001-move-left']);
  const frames = await readdir(path('pictures/0001-move-left'));
  assert.is(frames.length, 16);
  const { width, height } = await readImage(path(`pictures/0001-move-left/${frames[15]}`));
  assert.equal([width, height], [160, 160]);
});

test('refuses what does not fit, before any work', async () => {
  const make = [...MAKE, '--clips'];
  await refuses(/need a whole number of 16 to 1024/, ...make, '1', '--frames', '4');
  await refuses(/--perfect.*cannot be used with.*--rendered/, ...make, '1', '--perfect', '--rendered');
  await refuses(/--pictures.*got no --rendered/, ...make, '1', '--pictures', 'x');
  await refuses(/--split: got 'all', need train, validation, test, or rounds/, ...make, '1', '--split', 'all');
  await refuses(/--split: got '0:0:0'/, ...make, '1', '--split', '0:0:0');
  await refuses(/100000 clips of 1000 frames.*Make fewer/, ...make, '100000', '--frames', '1000');
});

test.run();

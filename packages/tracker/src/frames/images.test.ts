import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writePng } from '../image.ts';
import { openVideo } from './index.ts';

const root = await mkdtemp(join(tmpdir(), 'movt-images-'));

async function folderOf(name: string, images: Record<string, [width: number, height: number, level: number]>) {
  await mkdir(join(root, name));
  for (const [file, [width, height, level]] of Object.entries(images)) {
    await writePng(join(root, name, file), { width, height, data: new Uint8Array(width * height * 4).fill(level) });
  }
  return join(root, name);
}

async function refused(path: string, message: RegExp): Promise<void> {
  const read = async () => {
    for await (const _ of await openVideo(path));
  };
  const error = await read().catch((thrown) => thrown);
  assert.is(error?.code, 'bad_input', `${error}`);
  assert.match(error.message, message);
}

test('images come in natural order, other files are passed over', async () => {
  const folder = await folderOf('order', {
    'f10.png': [5, 3, 30],
    'f2.PNG': [5, 3, 20],
    'f1.png': [5, 3, 10],
    '.f0.png': [5, 3, 0],
  });
  await writeFile(join(folder, 'notes.txt'), 'not an image');
  const source = await openVideo(folder);
  assert.equal([source.width, source.height, source.frameCount], [5, 3, 3]);
  const seen: number[][] = [];
  for await (const { index, time, data } of source) seen.push([index, time, data.length, data[0]]);
  assert.equal(seen, [
    [0, 0, 60, 10],
    [1, 0.04, 60, 20],
    [2, 0.08, 60, 30],
  ]);
});

test('range and sampling work as in a video, and repeated frames do not share their pixels', async () => {
  const folder = await folderOf('sampled', { '1.png': [2, 2, 1], '2.png': [2, 2, 2], '3.png': [2, 2, 3] });
  const source = await openVideo(folder, { start: 0.04, sampling: { kind: 'exactly', count: 3 } });
  const levels: number[] = [];
  for await (const { data } of source) {
    levels.push(data[0]);
    data.fill(99);
  }
  assert.equal(levels, [2, 3, 3]);
  assert.match(source.warnings.join(), /some are repeated/);
});

test('a folder that is no video is refused', async () => {
  await refused(await folderOf('empty', {}), /empty: got a folder without/);
  const mixed = await folderOf('mixed', { 'a.png': [4, 3, 0], 'b.png': [4, 3, 0], 'c.png': [3, 4, 0] });
  await refused(mixed, /a\.png of 4×3 pixels and .*c\.png of 3×4, need images of one size/);
  const broken = await folderOf('broken', { 'a.png': [4, 3, 0] });
  await writeFile(join(broken, 'b.png'), 'text');
  await refused(broken, /b\.png: got another format/);
});

test.after(() => rm(root, { recursive: true }));
test.run();

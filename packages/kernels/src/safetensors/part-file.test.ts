import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MovtError } from '../runtime/errors.ts';
import { createRandom } from '../runtime/random.ts';
import { encodeSafetensors, float32Entry, int64Entry, uint8Entry } from './index.ts';
import { openSafetensorsWriter, readFilePart, readSafetensorsHeader } from './part-file.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
console.log(`seed ${seed}`);
const random = createRandom(seed);
const folder = await mkdtemp(join(tmpdir(), 'movt-part-'));
const path = (name: string) => join(folder, name);
test.after(() => rm(folder, { recursive: true }));

const video = Uint8Array.from({ length: 6 * 10 }, () => random.integer(0, 255));
const tracks = Float32Array.from({ length: 6 * 4 }, () => random.integer(-9, 9));
const tensors = new Map([
  ['video', uint8Entry([6, 10], video)],
  ['tracks', float32Entry([6, 4], tracks)],
  ['labels', int64Entry([6], [0, 1, 2, 3, 4, 5])],
]);
const metadata = { source: 'a test' };

/** Writes rows of every tensor; bytes a row. */
async function writeRows(file: string, rows: readonly number[]): Promise<void> {
  const writer = await openSafetensorsWriter(file, tensors, metadata);
  for (const row of rows) {
    for (const [name, { data }] of tensors) {
      const length = data.length / 6;
      await writer.write(name, row * length, data.slice(row * length, (row + 1) * length));
    }
  }
  await writer.flush();
  await writer.close();
}

test('written in parts, in any order and in two goes, a file has the bytes of one written whole', async () => {
  await writeRows(path('a'), [5, 0, 3]);
  await writeRows(path('a'), [1, 2, 4]);
  assert.equal(new Uint8Array(await readFile(path('a'))), encodeSafetensors(tensors, metadata));
});

test('a file with another header, or more in it, is begun anew', async () => {
  await writeFile(path('b'), new Uint8Array(5000).fill(7));
  await writeRows(path('b'), [0, 1, 2, 3, 4]);
  await writeRows(path('b'), [5]);
  assert.equal(new Uint8Array(await readFile(path('b'))), encodeSafetensors(tensors, metadata));
});

test('a header is read without the rest, and a part where it says', async () => {
  await writeRows(path('c'), [0, 1, 2, 3, 4, 5]);
  const { spans, metadata: found } = await readSafetensorsHeader(path('c'));
  assert.equal(found, metadata);
  const { dtype, shape, begin, end } = spans.get('video')!;
  assert.equal([dtype, ...shape, end - begin], ['U8', 6, 10, 60]);
  assert.equal(await readFilePart(path('c'), begin + 20, begin + 30), video.slice(20, 30));
});

test('what is cut off, empty, missing or no safetensors is refused', async () => {
  const refuses = async (work: Promise<unknown>, message: RegExp) => {
    const error = await work.catch((thrown) => thrown);
    assert.ok(error instanceof MovtError, `${error}`);
    assert.match(error.message, message);
  };
  await writeRows(path('d'), [0]);
  const { length } = await readFile(path('d'));
  await truncate(path('d'), length - 1);
  await refuses(readSafetensorsHeader(path('d')), /need a file that is whole/);
  await refuses(readFilePart(path('d'), length - 10, length), new RegExp(`got ${length - 1} bytes, need ${length}`));
  await truncate(path('d'), 20);
  await refuses(readSafetensorsHeader(path('d')), /header of \d+ bytes in a file of 20/);
  await truncate(path('d'), 0);
  await refuses(readSafetensorsHeader(path('d')), /0 bytes, need a safetensors file/);
  await refuses(readSafetensorsHeader(path('none')), /no such file/);
  await refuses(openSafetensorsWriter(path('none/d'), tensors), /no such folder/);
  await writeFile(path('e'), `${'x'.repeat(8)}{}`);
  await refuses(readSafetensorsHeader(path('e')), /header of \d+ bytes/);
});

test.run();

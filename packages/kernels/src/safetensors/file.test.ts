import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MovtError } from '../runtime/errors.ts';
import { readSafetensors, writeFileAtomic, writeSafetensors } from './file.ts';
import { float32Entry, toFloat32 } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-safetensors-'));
const path = (name: string) => join(folder, name);
const tensor = (...values: number[]) => float32Entry([values.length], new Float32Array(values));

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MovtError, `a MovtError, not ${error}`);
  assert.match(error.message, message);
}

test('a file is written, read and replaced', async () => {
  await writeSafetensors(path('a.safetensors'), new Map([['w', tensor(1)]]));
  await writeSafetensors(path('a.safetensors'), new Map([['w', tensor(2, 3)]]), { note: 'second' });
  const { tensors, metadata } = await readSafetensors(path('a.safetensors'));
  assert.equal([...toFloat32(tensors.get('w')!)], [2, 3]);
  assert.equal(metadata, { note: 'second' });
});

test('shards are read through their index', async () => {
  await writeSafetensors(path('m-1.safetensors'), new Map([['v', tensor(1)]]), { config: '{}' });
  await writeSafetensors(path('m-2.safetensors'), new Map([['w', tensor(2)]]));
  const index = (weight_map: unknown) => writeFile(path('m.safetensors.index.json'), JSON.stringify({ weight_map }));
  const read = () => readSafetensors(path('m.safetensors.index.json'));

  await index({ v: 'm-1.safetensors', w: 'm-2.safetensors' });
  const { tensors, metadata } = await read();
  assert.equal([...tensors.keys()], ['v', 'w']);
  assert.equal(metadata, { config: '{}' });

  await index({ v: 'm-1.safetensors', w: 'm-1.safetensors' });
  await refused(read(), /no tensor 'w' in m-1/);
  await index({ w: 'm-1.safetensors' });
  await refused(read(), /tensor 'v' in m-1\.safetensors, need it in no shard/);
  await index({ v: '../../etc/passwd.safetensors' });
  await refused(read(), /shard '\.\.\/\.\.\/etc/);
  await index({ v: 7 });
  await refused(read(), /weight_map/);
  await index(undefined);
  await refused(read(), /weight_map/);
});

test('what cannot be read or written says why, and leaves nothing behind', async () => {
  await refused(readSafetensors(path('none.safetensors')), /none\.safetensors: got no such file/);
  await refused(readSafetensors(folder), /got a folder/);
  await refused(writeFileAtomic(path('no/such/folder.png'), 'x'), /got no such folder/);
  await mkdir(path('taken'));
  await refused(writeFileAtomic(path('taken'), 'x'), /got a folder/);
  await writeFile(path('whole'), 'x');
  await refused(writeFileAtomic(path('whole/inside'), 'x'), /got a file where a folder should be/);
  await writeFile(path('huge.safetensors'), '');
  await truncate(path('huge.safetensors'), 2 ** 31);
  await refused(readSafetensors(path('huge.safetensors')), /2147483648 bytes.*shards/);

  assert.is(await readFile(path('whole'), 'utf8'), 'x');
  assert.equal(
    (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test.after(() => rm(folder, { recursive: true }));
test.run();

import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { unpackSwiftShader } from './software.ts';

const NAMES = ['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json'];

const test = suite('unpackSwiftShader', { cache: '' });
test.before.each(async (context) => {
  context.cache = await mkdtemp(join(tmpdir(), 'movt-test-'));
});
test.after.each((context) => rm(context.cache, { recursive: true, force: true }));

test('unpacks the loader, the driver and its manifest, and nothing else', async ({ cache }) => {
  const { folder, icd } = await unpackSwiftShader(cache);
  assert.equal((await readdir(folder)).sort(), NAMES);
  assert.ok(folder.startsWith(cache));
  assert.equal(JSON.parse(await readFile(icd, 'utf8')).ICD.library_path, './libvk_swiftshader.so');
});

test('repairs files that are missing, cut off or changed, and leaves good ones alone', async ({ cache }) => {
  const { folder } = await unpackSwiftShader(cache);
  const good = await Promise.all(NAMES.map((name) => readFile(join(folder, name))));
  await truncate(join(folder, NAMES[0]), 1000);
  await chmod(join(folder, NAMES[1]), 0o700);
  const flipped = Buffer.from(good[1]);
  flipped[flipped.length >> 1] ^= 1;
  await writeFile(join(folder, NAMES[1]), flipped);
  await rm(join(folder, NAMES[2]));
  await unpackSwiftShader(cache);
  for (const [index, name] of NAMES.entries()) {
    assert.equal(Buffer.compare(await readFile(join(folder, name)), good[index]), 0, name);
  }
  assert.equal((await readdir(folder)).sort(), NAMES);
});

test('gives the same folder to many that ask at once, with nothing left behind', async ({ cache }) => {
  const all = await Promise.all(Array.from({ length: 5 }, () => unpackSwiftShader(cache)));
  assert.is(new Set(all.map(({ folder }) => folder)).size, 1);
  assert.equal((await readdir(all[0].folder)).sort(), NAMES);
});

test('goes to a private temporary folder, with a warning, where the cache cannot be written', async ({ cache }) => {
  await writeFile(join(cache, 'file'), 'in the way');
  for (const [place, reason] of [
    [join(cache, 'file'), 'ENOTDIR'],
    ['/proc/movt', 'ENOENT'],
  ]) {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const { folder } = await unpackSwiftShader(place);
    assert.ok(folder.startsWith(tmpdir()));
    assert.equal((await readdir(folder)).sort(), NAMES);
    assert.match((await warned).message, `user's cache will not do: ${reason}`);
  }
});

test.run();

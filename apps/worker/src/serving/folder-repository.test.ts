import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCheckpoint } from 'movt/checkpoint/file';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderRepository, shippedRepository } from './folder-repository.ts';
import { tinyCheckpoint } from './service-for-tests.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-models-'));
test.after(() => rm(folder, { recursive: true }));

const message = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was thrown',
    (error) => error.message,
  );

test('names, numbers, runs of training, links; and what is none of them', async () => {
  const repository = folderRepository(folder);
  assert.match(
    await message(repository.list()),
    /^reading the models in .*: got no folder, need a folder for each model/,
  );
  const write = async (path: string, seed: number) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeCheckpoint(join(folder, path), tinyCheckpoint(seed));
  };
  await write('many/2/model.safetensors', 2);
  await write('many/10/any-name.safetensors', 10);
  await write('many/model.safetensors', 99);
  await write('many/007/model.safetensors', 7);
  await write('run/model.safetensors', 3);
  await writeFile(join(folder, 'run/state.safetensors'), 'the state of a training');
  await writeFile(join(folder, 'run/metrics.jsonl'), '');
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'cut/1'), { recursive: true });
  await writeFile(join(folder, 'cut/1/model.safetensors'), 'half');
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, 'README.md'), '');
  await symlink(join(folder, 'run'), join(folder, 'linked'));
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
  assert.equal(
    (await repository.list()).map(({ name, version }) => `${name}/${version}`),
    ['cut/1', 'empty/1', 'linked/1', 'many/2', 'many/10', 'run/1'],
  );
  const weight = async (name: string, version: string) =>
    (await repository.read(name, version)).weights.get('head.weight');
  const expected = (seed: number) => tinyCheckpoint(seed).weights.get('head.weight');
  assert.ok(expected(2), 'a weight by that name');
  for (const [name, version, seed] of [
    ['many', '2', 2],
    ['many', '10', 10],
    ['run', '1', 3],
    ['linked', '1', 3],
  ] as const) {
    assert.equal(await weight(name, version), expected(seed), `${name}/${version}`);
  }
  assert.match(await message(repository.read('cut', '1')), /^reading .*cut\/1\/model\.safetensors: /);
  assert.match(await message(repository.read('empty', '1')), /got no checkpoint/);
  assert.match(await message(folderRepository(join(folder, 'nowhere')).list()), /no such folder|no such file/);
});

test('without a folder it is the shipped model', async () => {
  const repository = shippedRepository();
  assert.equal(await repository.list(), [{ name: 'movt', version: '1' }]);
  const { classes, config } = await repository.read('movt', '1');
  assert.is(classes?.length, 12);
  assert.is(config.outputs, 12);
});

test.run();

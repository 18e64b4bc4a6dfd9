import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovtError } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Layout, type ReadSetOptions, readVideoSet } from './read-folder.ts';

const scratch = await mkdtemp(join(tmpdir(), 'movt-sets-'));
test.after(() => rm(scratch, { recursive: true }));
const path = (name: string) => join(scratch, name);

/** Files by name; a name that ends in / is a folder. */
async function put(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path(name.slice(0, name.lastIndexOf('/'))), { recursive: true });
    if (!name.endsWith('/')) await writeFile(path(name), text);
  }
}

async function refuses(message: RegExp, name: string, layout: Layout, options?: ReadSetOptions): Promise<void> {
  const error = await readVideoSet(path(name), layout, options).catch((thrown) => thrown);
  assert.ok(error instanceof MovtError && error.code === 'bad_input', `${error}`);
  assert.match(error.message, message);
}

const found = async (name: string, layout: Layout, options?: ReadSetOptions) =>
  (await readVideoSet(path(name), layout, options)).videos.map(({ id, path: at, label, part }) => [
    id,
    at.slice(path(name).length),
    label,
    part,
  ]);

test('Jester as it was first distributed: lists with a prefix beside the videos', async () => {
  await put({
    'j/20bn-jester-v1/34870/': '',
    'j/20bn-jester-v1/8/': '',
    'j/20bn-jester-v1/9/': '',
    'j/jester-v1-labels.csv': 'Swiping Left\nThumb Up\n',
    'j/jester-v1-train.csv': '34870;Thumb Up\n',
    'j/jester-v1-validation.csv': '8;Swiping Left\n',
    'j/jester-v1-test.csv': '9\n',
  });
  assert.equal(await found('j', 'jester'), [
    ['34870', '/20bn-jester-v1/34870', 1, 0],
    ['8', '/20bn-jester-v1/8', 0, 1],
  ]);
  await put({ 'j/jester-v1-test.csv': '9;Swiping Left\n', 'subset.json': '["Swiping Left"]' });
  assert.equal(await found('j', 'jester', { subset: path('subset.json') }), [
    ['8', '/20bn-jester-v1/8', 0, 1],
    ['9', '/20bn-jester-v1/9', 0, 2],
  ]);
});

test('Something-Something-V2 as it is distributed now: lists in labels/, answers beside', async () => {
  await put({
    's/20bn-something-something-v2/1.webm': '',
    's/20bn-something-something-v2/2.webm': '',
    's/labels/labels.json': '{"Opening something": "0"}',
    's/labels/train.json': '[{"id": "1", "label": "opening a box", "template": "Opening [something]"}]',
    's/labels/test.json': '[{"id": "2"}]',
    's/labels/test-answers.csv': '2;Opening something\n',
  });
  const both = [
    ['1', '/20bn-something-something-v2/1.webm', 0, 0],
    ['2', '/20bn-something-something-v2/2.webm', 0, 2],
  ];
  assert.equal(await found('s', 'ssv2'), both);
  assert.equal(await found('s', 'ssv2', { labels: path('s/labels') }), both);
});

test('what is missing or wrong is named', async () => {
  await refuses(/nowhere: got nothing there, need a folder/, 'nowhere', 'jester');
  await refuses(/subset\.json: got a file, need a folder/, 'subset.json', 'jester');
  await refuses(
    /no lists of videos, need jester-v1-train\.csv there, or in .*labels, or --labels/,
    's/20bn-something-something-v2',
    'jester',
  );
  await refuses(/reading .*labels: got no something-something-v2-train\.json|no lists/, 'j', 'ssv2');
  await refuses(/none: got nothing there/, 'j', 'jester', { labels: path('none') });
  await refuses(/none\.txt: got no such file/, 'j', 'jester', { subset: path('none.txt') });
  await put({ 'j/jester-v1-train.csv': '34870;Thumb Up\n1;Thumb Up\n2;Thumb Up\n' });
  await refuses(/20bn-jester-v1: got 2 of 5 missing: 1, 2, need all that the lists name/, 'j', 'jester');
  await put({ 'j/jester-v1-train.csv': '34870;Thumb Down\n' });
  await refuses(/row 1 of .*jester-v1-train\.csv: got the class "Thumb Down", need one of the 2/, 'j', 'jester');
  await put({ 'j/jester-v1-train.csv': '8;Thumb Up\n' });
  await refuses(/row 1 of .*validation\.csv: got the id 8, which is row 1 of .*train\.csv too/, 'j', 'jester');
  await put({ 'j/jester-v1-labels.csv': 'a\nb\na\n' });
  await refuses(/labels\.csv: got the class "a" twice/, 'j', 'jester');
  await rm(path('j/jester-v1-labels.csv'));
  await refuses(/no jester-v1-labels\.csv, need it/, 'j', 'jester');
});

test.run();

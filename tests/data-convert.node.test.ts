import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataset } from 'movt/datasets/file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMovtCommand } from './movt-command.ts';

const { path, movt, removeFolder } = await createMovtCommand();
const folder = path('');
const test = suite('movt data convert');
test.after(removeFolder);

const convert = (...args: string[]) => movt('data', 'convert', ...args);

/** Clips of the CSV: ten of two frames, ten of three, a class each, pixels. */
const rows = Array.from({ length: 20 }, (_, clip) =>
  Array.from(
    { length: clip < 10 ? 2 : 3 },
    (_, frame) => `c${clip},${frame},0,${clip},${frame},${clip % 2 ? 'nod' : 'bow'}`,
  ),
).flat();
await writeFile(join(folder, 'clips.csv'), ['clip,frame,point,x,y,label', ...rows].join('\n'));

test('clips of two shapes in pixels become a folder that reads as one set', async () => {
  const args = ['clips.csv', '-o', 'set', '--size', '40x20', '--validation', '0.2', '--seed', '7'];
  const { code, stdout, stderr } = await convert(...args);
  assert.is(code, 0, stderr);
  assert.match(
    stdout,
    /^set: 20 clips in 2 shapes; 2 classes; train 16, validation 4, test 0\ncoordinates: pixels of 40×20\n$/,
  );
  const { clips, labels, classes, split, picture } = await readDataset(join(folder, 'set'));
  assert.equal([classes, picture], [['bow', 'nod'], { width: 40, height: 20, fps: 0 }]);
  assert.equal(
    labels,
    Array.from({ length: 20 }, (_, clip) => clip % 2),
  );
  assert.equal(
    [0, 1].map((label) => split!.filter((part, s) => part === 1 && labels![s] === label).length),
    [2, 2],
  );
  assert.equal(
    [...clips[12].data],
    [12, 12, 12].flatMap((x, y) => [Math.fround((x - 20) / 20), Math.fround((y - 10) / 20), 0]),
  );
});

test('what cannot be converted is one line, exit code 2, and leaves nothing', async () => {
  const before = (await readdir(folder)).sort();
  const cases: [RegExp, ...string[]][] = [
    [/clips of 2 shapes .* need a name without .safetensors/, 'clips.csv', '-o', 'x.safetensors'],
    [/reading --size: got '40', need WIDTHxHEIGHT/, 'clips.csv', '-o', 'x', '--size', '40'],
  ];
  for (const [message, ...args] of cases) {
    const { code, stdout, stderr } = await convert(...args);
    const lines = stderr.split('\n').filter((line) => /^movt: (?!adapter: |.* …$)/.test(line));
    assert.equal([code, stdout, lines.length], [2, '', 1], stderr);
    assert.match(lines[0], message);
    assert.equal((await readdir(folder)).sort(), before);
  }
});

test.run();

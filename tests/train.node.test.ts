import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@movt/kernels';
import { parseSafetensors } from '@movt/kernels/safetensors';
import { writeTracks } from '@movt/tracker/tracks-file';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMovtCommand } from './movt-command.ts';

const MOVT = [process.execPath, resolve('dist/movt.mjs')];
const EPOCHS = 30;
/** Each kill is a process more that compiles every kernel. `MOVT_KILLS=10 node tools/test.mjs --filter train.node` takes its time. */
const KILLS = Number(process.env.MOVT_KILLS ?? 2);

const seed = Date.now() % 2 ** 32;
const random = createRandom(seed);
const { path, refuses, removeFolder } = await createMovtCommand();
const test = suite('movt train');
test.after(removeFolder);

const data = path('clips.safetensors');
const clips = Array.from({ length: 24 }, () => {
  const values = random.uniform(5 * 3 * 3, -1, 1).map((value, i) => (i % 3 === 2 ? 0 : value));
  return { data: values, T: 5, N: 3 };
});
const labels = clips.map((_, i) => i % 2);
await writeTracks(data, { clips, labels, classes: ['left', 'right'] });

const TRAIN = [
  ...['train', '--data', data, '--preset', 'movt-tiny', '-o', 'run', '--epochs', `${EPOCHS}`, '--batch-size', '6'],
  ...['--validation', '0.25', '--lr', '0.003', '--augment', 'crop=0.7,rotation=20', '--plateau', 'patience=2'],
];

/** Starts the command in a folder of its own below the test's: itself, not in a child that would outlive a kill. */
async function start(place: string, args: readonly string[]) {
  const cwd = path(place);
  await mkdir(cwd, { recursive: true });
  const child = spawn(MOVT[0], [MOVT[1], ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, ended };
}

async function finish(place: string, args: readonly string[]) {
  const { child, ended } = await start(place, args);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  return { stdout, stderr, code };
}

/** Kills at a random moment: while it is starting up, or some time after an epoch that is not its last. False where it was over before. */
async function killAtRandom({
  child,
  ended,
}: {
  child: ChildProcess;
  ended: Promise<number | null>;
}): Promise<boolean> {
  const epoch = random.integer(KILLS > 3 ? -4 : 1, EPOCHS - 2);
  let stderr = '';
  const seen = new Promise<void>((done) => {
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      const [, last] = [...stderr.matchAll(/epoch (\d+)\/\d+: /g)].at(-1) ?? [];
      if (Number(last) >= epoch) done();
    });
  });
  await Promise.race([epoch < 1 ? Promise.resolve() : seen, ended]);
  await Promise.race([sleep(random.integer(0, epoch < 1 ? 4000 : 150)), ended]);
  const isKilled = child.exitCode === null && child.kill('SIGKILL');
  await ended;
  return isKilled;
}

/** What must be the same, to the bit: all but how long it took. */
async function outcome(place: string) {
  const run = path(`${place}/run`);
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const records = lines.map((line) => {
    const { clips_per_s, ...rest } = JSON.parse(line);
    assert.ok(clips_per_s > 0);
    return rest;
  });
  const { tensors } = parseSafetensors(await readFile(join(run, 'state.safetensors')), 'the state');
  return {
    records,
    model: (await readFile(join(run, 'model.safetensors'))).toString('base64'),
    state: [...tensors].map(([name, entry]) => [name, Buffer.from(entry.data).toString('base64')]),
    settings: await readFile(join(run, 'settings.json'), 'utf8'),
    files: (await readdir(run)).sort(),
  };
}

test(`killed ${KILLS} time(s) at random moments and resumed, it comes to the same numbers`, async () => {
  const whole = await finish('whole', TRAIN);
  assert.is(whole.code, 0, whole.stderr);
  const expected = await outcome('whole');
  assert.is(expected.records.length, EPOCHS);
  assert.match(whole.stdout, /^epochs +30 of 30, 90 steps\nkept +epoch \d+ .*\n/);

  for (let kills = 0, runs = 0; kills < KILLS; runs++) {
    // Where it was over before the kill, another one begins: only kills count.
    if (runs > 0 && (await isOver('killed'))) await rm(path('killed'), { recursive: true });
    const isKilled = await killAtRandom(await start('killed', [...TRAIN, '--resume']));
    if (isKilled) kills++;
  }
  const resumed = await finish('killed', ['train', '--resume', '-o', 'run', ...TRAIN.slice(1, 5)]);
  assert.is(resumed.code, 0, `seed ${seed}: ${resumed.stderr}`);
  assert.is(resumed.stdout, whole.stdout);
  const found = await outcome('killed');
  assert.equal(found.records, expected.records, `seed ${seed}`);
  for (const key of ['model', 'files'] as const) assert.equal(found[key], expected[key], `seed ${seed}: ${key}`);
  for (const [i, tensor] of found.state.entries()) assert.equal(tensor, expected.state[i], `seed ${seed}`);
  assert.is(found.settings, expected.settings);
});

async function isOver(place: string): Promise<boolean> {
  const lines = await readFile(path(`${place}/run/metrics.jsonl`), 'utf8').catch(() => '');
  return lines.split('\n').length > EPOCHS;
}

test('a run is not overwritten, nor resumed as another one', async () => {
  const run = ['train', '-o', 'whole/run'];
  const again = [...run, '--data', data, '--preset', 'movt-tiny'];
  await refuses(
    /training into whole\/run: got model\.safetensors of an earlier run, need a new folder.* --resume/,
    ...again,
  );
  const resume = [...run, '--resume'];
  const message =
    /resuming whole\/run: got learningRate = 0\.1, augmentation\.crop = 0\.5, need learningRate = 0\.003, augm/;
  await refuses(message, ...resume, '--lr', '0.1', '--augment', 'crop=0.5');
  await refuses(/got config\.dim = 64, .* need config\.dim = 16,/, ...resume, '--preset', 'movt-small');
  const other = path('other.safetensors');
  await writeTracks(other, { clips: clips.slice(2), labels: labels.slice(2), classes: ['left', 'right'] });
  await refuses(/got data\.sha256 = "[0-9a-f]+…, need data\.sha256 = "/, ...resume, '--data', other);
  await writeFile(path('whole/run/state.safetensors'), 'no state');
  await refuses(/whole\/run\/state\.safetensors/, ...resume);
});

test('bad input is refused before anything is written', async () => {
  const bad = path('bad.safetensors');
  const train = ['train', '--preset', 'movt-tiny', '-o', 'run'];
  await writeTracks(bad, { clips, labels: clips.map(() => 1), classes: ['left', 'right'] });
  await refuses(/no training clip of class 0 \(left\), need at least one of each class/, ...train, '--data', bad);
  await refuses(/got no --data, need --data PATH/, ...train, '--resume');
  await refuses(/got both --preset and --from, need one of them/, ...train, '--data', data, '--from', 'x');
  await refuses(/reading --lr: got 'fast', need a number/, ...train, '--data', data, '--lr', 'fast');
  await refuses(/got augmentation\.blur = 2, need no such key: the keys are crop/, ...train, '--augment', 'blur=2');
  await writeFile(path('bad.json'), '{"epochs": 0}');
  await refuses(/settings in bad\.json: got epochs = 0, need a whole/, ...train, '--settings', 'bad.json');
});

test.run();

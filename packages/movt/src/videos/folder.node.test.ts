import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovtError } from '@movt/kernels';
import { readSafetensors, writeSafetensors } from '@movt/kernels/safetensors/file';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COST, PIXELS, TRACKS, VIDEO } from './files.ts';
import { readVideoFolder } from './folder.ts';
import { type FolderPlan, openVideoFolderWriter } from './write-folder.ts';

const scratch = await mkdtemp(join(tmpdir(), 'movt-videos-'));
test.after(() => rm(scratch, { recursive: true }));
const path = (...names: string[]) => join(scratch, ...names);

const [S, T, N, V, SIZE] = [9, 4, 3, 2, 16];
const PLAN: FolderPlan = {
  labels: [0, 1, 2, 0, 1, 2, 0, 1, 2],
  split: [0, 0, 0, 1, 1, 1, 2, 2, 2],
  classes: ['a', 'b', 'c'],
  frames: T,
  points: N,
  videoFrames: V,
  size: SIZE,
  source: 'a test',
  request: { clips: S, frames: T },
};
const clipOf = (s: number) => ({
  tracks: new Float32Array(T * N * 3).map((_, i) => (i % 3 === 2 ? s % 2 : s + i / 8)),
  pixels: new Uint8Array(T * N * 3).map((_, i) => (s * 40 + i) % 256),
  video: new Uint8Array(V * SIZE * SIZE * 3).map((_, i) => (s * 77 + i * i) % 256),
});
const costOf = (s: number) => ({
  decode_ms: 1 + s,
  track_ms: 2,
  resize_ms: 0.5,
  sample_ms: 0.25,
  klt_flops: 1000,
  klt_macs: 300,
  width: 176 + 8 * (s % 2),
  height: 100,
});

/** Adds clips up to number `until`; whether it is closed decides whether it ended well. */
async function add(folder: string, until: number, isClosed: boolean): Promise<number> {
  const writer = (await openVideoFolderWriter(folder, PLAN))!;
  const from = writer.done;
  for (let s = from; s < until; s++) await writer.add(clipOf(s), costOf(s));
  if (isClosed) await writer.close();
  return from;
}

async function finish(folder: string): Promise<void> {
  const writer = (await openVideoFolderWriter(folder, PLAN))!;
  for (let s = writer.done; s < S; s++) await writer.add(clipOf(s), costOf(s));
  await writer.finish();
}

const bytesOf = (folder: string) =>
  Promise.all([TRACKS, PIXELS, VIDEO, COST].map((file) => readFile(join(folder, file))));

async function refuses(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.catch((thrown) => thrown);
  assert.ok(error instanceof MovtError && error.code === 'bad_input', `${error}`);
  assert.match(error.message, message);
}

test('the same clips for each model, videos read when they are asked for', async () => {
  await finish(path('whole'));
  assert.equal((await readdir(path('whole'))).sort(), [COST, PIXELS, TRACKS, VIDEO, 'videos.json'].sort());
  const { tracks, pixels, videos, cost } = await readVideoFolder(path('whole'));
  for (const set of [tracks, pixels, videos]) {
    assert.equal(set.labels, PLAN.labels);
    assert.equal(set.split, PLAN.split);
    assert.equal(set.classes, PLAN.classes);
    assert.equal(set.group, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.is(set.source, 'a test');
    assert.is(set.clips.length, S);
  }
  for (const s of [8, 0, 5]) {
    const { tracks: t, pixels: p, video } = clipOf(s);
    assert.equal(tracks.clips[s], { data: t, T, N });
    assert.equal(pixels.clips[s], { data: Float32Array.from(p, (value) => value / 255), T, N });
    const { T: frames, height, width } = videos.clips[s];
    assert.equal([frames, height, width], [V, SIZE, SIZE]);
    assert.equal(await videos.clips[s].pixels(), video);
  }
  assert.equal(cost, {
    clips: S,
    frames: S * T,
    decode_ms: 45,
    track_ms: 18,
    resize_ms: 4.5,
    sample_ms: 2.25,
    klt_flops: 9000,
    klt_macs: 2700,
    width: 176 + (8 * 4) / 9,
    height: 100,
  });
});

test('interrupted at any moment, it goes on where the journal ends, to the same bytes', async () => {
  const folder = path('interrupted');
  const journal = join(folder, '.unfinished/journal.jsonl');
  assert.is(await add(folder, 2, true), 0);
  await refuses(readVideoFolder(folder), /cost\.json: got no such file/);
  // Killed: what was not entered in the journal is made again.
  assert.is(await add(folder, 5, false), 2);
  await appendFile(journal, JSON.stringify(costOf(3)).slice(0, 30));
  assert.is(await add(folder, 6, true), 3);
  await appendFile(journal, '{"decode_ms": 1');
  assert.is(await add(folder, S, true), 6);
  // Killed between the renames.
  await rename(join(folder, '.unfinished', TRACKS), join(folder, TRACKS));
  await finish(folder);
  assert.equal(await bytesOf(folder), await bytesOf(path('whole')));
  assert.is(await openVideoFolderWriter(folder, PLAN), undefined);
});

test('a folder of something else, or of another request, is left alone', async () => {
  await writeFile(path('file'), '');
  await refuses(openVideoFolderWriter(path('file'), PLAN), /got a file, need a folder/);
  await add(path('other'), 1, true);
  const changed = { ...PLAN, request: { clips: S, frames: 5 } };
  await refuses(
    openVideoFolderWriter(path('other'), changed),
    /data begun with \{ "clips": 9, "frames": 4 \}, need .* 5 \}/,
  );
  await refuses(openVideoFolderWriter(scratch, PLAN), /a folder with \w+ in it, need a new or empty one/);
});

test('files that do not belong together are refused', async () => {
  const folder = path('whole');
  const [pixelsFile, videoFile, costFile] = [PIXELS, VIDEO, COST].map((file) => join(folder, file));
  const keep = new Map(
    await Promise.all([pixelsFile, videoFile, costFile].map(async (file) => [file, await readFile(file)] as const)),
  );
  const spoilt = async (file: string, spoil: () => Promise<void>, message: RegExp) => {
    await spoil();
    await refuses(readVideoFolder(folder), message);
    await writeFile(file, keep.get(file)!);
  };
  const rewrite = async (file: string, name: string, shape: number[]) => {
    const { tensors, metadata } = await readSafetensors(file);
    const { data } = tensors.get(name)!;
    tensors.set(name, {
      dtype: 'U8',
      shape,
      data: data.slice(
        0,
        shape.reduce((a, b) => a * b),
      ),
    });
    await writeSafetensors(file, tensors, metadata);
  };
  await spoilt(
    pixelsFile,
    () => rewrite(pixelsFile, 'pixels', [8, T, N, 3]),
    /'pixels' U8 \[8,4,3,3\], need .*\[9,T,N,3\]/,
  );
  await spoilt(videoFile, () => rewrite(videoFile, 'video', [S, V, SIZE, SIZE * 3]), /'video' U8 \[9,2,16,48\]/);
  await spoilt(videoFile, () => writeSafetensors(videoFile, new Map()), /no tensor 'video'/);
  await spoilt(videoFile, () => writeFile(videoFile, keep.get(videoFile)!.subarray(0, 5000)), /a file that is whole/);
  await spoilt(costFile, () => writeFile(costFile, '{"clips": 9}'), /cost\.json/);
  await spoilt(costFile, () => writeFile(costFile, 'x'), /cost\.json/);
});

test.run();

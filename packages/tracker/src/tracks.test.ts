import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@movt/kernels';
import { encodeSafetensors, float32Entry, int64Entry, type TensorEntry, uint8Entry } from '@movt/kernels/safetensors';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeTrackSet, parseTrackSet } from './track-set.ts';
import { denormalise, normalise, type TrackSet, type Tracks } from './tracks.ts';
import { readTracks, writeTracks } from './tracks-file.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

function randomTracks(T: number, N: number): Tracks {
  const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? random.integer(0, 1) : value));
  return { data, T, N };
}

function refused(work: () => unknown, message: RegExp): void {
  assert.throws(
    work,
    (error: Error & { code?: string }) => error.code === 'bad_input' && message.test(error.message),
    `${message}`,
  );
}

test('normalised coordinates are centred and isotropic', () => {
  const pixels = new Float32Array([0, 0, 0, 320, 180, 1, 640, 360, 0, 160, 0, 1]);
  const expected = [-1, -0.5625, 0, 0, 0, 1, 1, 0.5625, 0, -0.5, -0.5625, 1];
  assert.equal([...normalise(pixels, 640, 360)], expected);
  assert.equal([...normalise(new Float32Array([180, 640, 1]), 360, 640)], [0, 1, 1]);
});

test('denormalise undoes normalise', () => {
  const { data } = randomTracks(7, 5);
  const pixels = denormalise(data, 401, 33);
  const back = normalise(pixels, 401, 33);
  for (const [i, value] of data.entries()) assert.ok(Math.abs(back[i] - value) < 1e-6, `seed ${seed}`);
});

test('a set is written and read back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'movt-tracks-'));
  try {
    const [S, T, N] = [random.integer(1, 5), random.integer(2, 9), random.integer(1, 7)];
    const clips = Array.from({ length: S }, () => randomTracks(T, N));
    const full: TrackSet = {
      clips,
      labels: clips.map(() => random.integer(0, 2)),
      targets: random.normal(S * 2),
      split: clips.map(() => random.integer(0, 2)),
      group: clips.map(() => random.integer(-9, 9)),
      classes: ['left', 'rïght', ''],
      picture: { width: 400, height: 300, fps: 29.97 },
      source: 'a test',
    };
    for (const set of [full, { clips }]) {
      await writeTracks(join(folder, 'a.safetensors'), set);
      assert.equal(await readTracks(join(folder, 'a.safetensors')), set, `seed ${seed}`);
    }
    await writeFile(join(folder, 'text'), 'not a tracks file');
    const error = await readTracks(join(folder, 'text')).catch((thrown) => thrown);
    assert.is(error.code, 'bad_input');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('tracks that no model can take are refused, by clip, frame and point', () => {
  const spoiled = (index: number, value: number): TrackSet => {
    const clips = [randomTracks(4, 3), randomTracks(4, 3)];
    clips[1].data[index] = value;
    return { clips };
  };
  // Frame 2, point 1 of [4,3,3] begins at (2·3 + 1)·3 = 21.
  refused(() => encodeTrackSet(spoiled(21, NaN)), /clip 1 .* x = NaN at frame 2, point 1/);
  refused(() => encodeTrackSet(spoiled(22, Infinity)), /clip 1 .* y = Infinity at frame 2, point 1/);
  refused(() => encodeTrackSet(spoiled(23, 0.5)), /clip 1 .* occluded = 0\.5 at frame 2, point 1/);
  refused(() => encodeTrackSet({ clips: [randomTracks(1, 3)] }), /1 frame\(s\), need at least 2/);
  refused(() => encodeTrackSet({ clips: [randomTracks(2, 0)] }), /0 points/);
  refused(() => encodeTrackSet({ clips: [] }), /no clip/);
  refused(() => encodeTrackSet({ clips: [{ ...randomTracks(2, 2), T: 3 }] }), /12 values, need 18/);
  refused(() => encodeTrackSet({ clips: [randomTracks(2, 2), randomTracks(3, 2)] }), /clip 1 \[3,2,3\], need one T/);
});

test('labels, targets, split and group must fit the clips', () => {
  const clips = [randomTracks(2, 1), randomTracks(2, 1)];
  refused(() => encodeTrackSet({ clips, labels: [0] }), /1 labels, need 2/);
  refused(() => encodeTrackSet({ clips, labels: [0, -1] }), /label -1 of clip 1/);
  refused(() => encodeTrackSet({ clips, labels: [0, 2], classes: ['a', 'b'] }), /label 2 of clip 1, need .* 0 to 1/);
  refused(() => encodeTrackSet({ clips, split: [3, 0] }), /split 3 of clip 0/);
  refused(() => encodeTrackSet({ clips, group: [0.5, 0] }), /group 0\.5 of clip 0/);
  refused(() => encodeTrackSet({ clips, targets: new Float32Array(3) }), /3 target values/);
  refused(() => encodeTrackSet({ clips, targets: new Float32Array([0, NaN]) }), /target NaN at index 1/);
});

test('a file with other tensors than it should have is refused', () => {
  const tracks = float32Entry([1, 2, 1, 3], new Float32Array(6));
  const read = (tensors: Record<string, TensorEntry>, metadata: Record<string, string> = {}) =>
    parseTrackSet(encodeSafetensors(new Map(Object.entries(tensors)), metadata), 'x.safetensors');

  assert.is(read({ tracks }).clips.length, 1);
  refused(() => read({}), /no tensor 'tracks'/);
  refused(() => read({ tracks: { ...tracks, shape: [2, 1, 3] } }), /'tracks' F32 \[2,1,3\]/);
  refused(() => read({ tracks: float32Entry([0, 2, 1, 3], new Float32Array(0)) }), /\[0,2,1,3\]/);
  refused(() => read({ tracks: float32Entry([9e15, 2, 0, 3], new Float32Array(0)) }), /x\.safetensors/);
  refused(() => read({ tracks: float32Entry([1, 1, 2, 3], new Float32Array(6)) }), /clip 0 of x.* 1 frame/);
  refused(() => read({ tracks, labels: int64Entry([2], [0, 0]) }), /'labels' I64 \[2\], need I64 \[1\]/);
  refused(() => read({ tracks, split: int64Entry([1], [0]) }), /'split' I64 \[1\], need U8/);
  refused(() => read({ tracks, split: uint8Entry([1], Uint8Array.of(7)) }), /split 7/);
  refused(
    () => read({ tracks, targets: float32Entry([1], new Float32Array(1)) }),
    /'targets' F32 \[1\], need F32 \[1,K\]/,
  );
  refused(() => read({ tracks }, { classes: '{"a":1}' }), /metadata classes/);
  refused(() => read({ tracks }, { width: '400', height: '-3', fps: '25' }), /metadata height = -3/);
  refused(() => read({ tracks }, { width: '400' }), /metadata height = NaN/);
});

test.run();

import { deflateRawSync } from 'node:zlib';
import { createRandom, MovtError } from '@movt/kernels';
import { type TensorEntry, toFloat32, toNumbers } from '@movt/kernels/safetensors';
import { type FileToZip, writeZip } from '@movt/kernels/testing';
import { readZip } from '@movt/kernels/zip';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseNpy, type StringArray } from './npy.ts';
import { readNpy, readNpz } from './numpy.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** A header as numpy.save writes it, and the bytes of the elements. */
function npy(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  { fortran = false, version = 1 } = {},
): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')},), }`;
  const length = Math.ceil((start + dictionary.length + 1) / 64) * 64 - start;
  const bytes = new Uint8Array(start + length + data.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), start);
  bytes.set(data, start + length);
  return bytes;
}

const f4 = (shape: readonly number[], values: ArrayLike<number>) =>
  npy('<f4', shape, new Uint8Array(Float32Array.from(values).buffer));
const i8 = (values: readonly number[]) =>
  npy('<i8', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));

/** Writes files of which some are to be deflated. */
const zip = (files: readonly (FileToZip & { deflate?: boolean })[]) =>
  writeZip(files.map(({ deflate, ...file }) => (deflate ? { ...file, deflated: deflateRawSync(file.content) } : file)));

const npz = (arrays: Record<string, Uint8Array>) =>
  zip(Object.entries(arrays).map(([name, content], i) => ({ name: `${name}.npy`, content, deflate: i % 2 === 0 })));

async function refused(work: () => unknown, message: RegExp, code = 'bad_input'): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.instance(error, MovtError, `${error}`);
    assert.is((error as MovtError).code, code);
    assert.match((error as MovtError).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

test('arrays that NumPy wrote', () => {
  // np.save of (np.arange(6).reshape(2, 3) - 1.5) as '<f2' in Fortran order, as '>f8', and of ['wave', 'é', ''].
  const half = fromBase64(
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAvgA+ALgAQQA4AEM=',
  );
  const double = fromBase64(
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAq/+AAAAAAAAL/gAAAAAAAAP+AAAAAAAAA/+AAAAAAAAEAEAAAAAAAAQAwAAAAAAAA=',
  );
  const words = fromBase64(
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPFU0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAp3AAAAYQAAAHYAAABlAAAA6QAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  );
  for (const bytes of [half, double]) {
    const array = parseNpy(bytes, 'a.npy') as TensorEntry;
    assert.equal(
      [array.shape, [...toFloat32(array)]],
      [
        [2, 3],
        [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5],
      ],
    );
  }
  assert.equal((parseNpy(words, 'a.npy') as StringArray).strings, ['wave', 'é', '']);
});

test('an archive that NumPy wrote', async () => {
  // np.savez_compressed of tracks int16 [2,2,1,2] = 0 … 7, labels [1, 0], split ['train', 'test'].
  const bytes = fromBase64(
    'UEsDBBQAAAAIAAAAIQBFLZSdWQAAAJAAAAAKABQAdHJhY2tzLm5weQEAEACQAAAAAAAAAFkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNppK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKQGQIJDV1FGoVyABcDAyMDEwMzAwsDKwMbAzsDABQSwMEFAAAAAgAAAAhAHH7OatIAAAAkAAAAAoAFABsYWJlbHMubnB5AQAQAJAAAAAAAAAASAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuRgZUAABQSwMEFAAAAAgAAAAhAJs5xG9bAAAAqAAAAAkAFABzcGxpdC5ucHkBABAAqAAAAAAAAABbAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG4Taqquo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAK4SBgaGIiBOBOJMIM4DYpBYKhAXQ9kgAABQSwECFAMUAAAACAAAACEARS2UnVkAAACQAAAACgAAAAAAAAAAAAAAgAEAAAAAdHJhY2tzLm5weVBLAQIUAxQAAAAIAAAAIQBx+zmrSAAAAJAAAAAKAAAAAAAAAAAAAACAAZUAAABsYWJlbHMubnB5UEsBAhQDFAAAAAgAAAAhAJs5xG9bAAAAqAAAAAkAAAAAAAAAAAAAAIABGQEAAHNwbGl0Lm5weVBLBQYAAAAAAwADAKcAAACvAQAAAAA=',
  );
  const { clips, labels, split } = await readNpz(bytes, 'a.npz', {});
  assert.equal(
    [labels, split],
    [
      [1, 0],
      [0, 2],
    ],
  );
  assert.equal(
    clips.map(({ data, T, N }) => [T, N, ...data]),
    [
      [2, 1, 0, 1, 0, 2, 3, 0],
      [2, 1, 4, 5, 0, 6, 7, 0],
    ],
  );
});

test('every type of number, byte order, order of axes and version', () => {
  const [a, b, c] = [random.integer(1, 4), random.integer(1, 4), random.integer(1, 4)];
  const count = a * b * c;
  const values = Array.from({ length: count }, () => random.integer(0, 100));
  const types: Record<string, (view: DataView, at: number, value: number, little: boolean) => void> = {
    u1: (view, at, value) => view.setUint8(at, value),
    i1: (view, at, value) => view.setInt8(at, value),
    u2: (view, at, value, little) => view.setUint16(at, value, little),
    i2: (view, at, value, little) => view.setInt16(at, value, little),
    u4: (view, at, value, little) => view.setUint32(at, value, little),
    i4: (view, at, value, little) => view.setInt32(at, value, little),
    u8: (view, at, value, little) => view.setBigUint64(at, BigInt(value), little),
    i8: (view, at, value, little) => view.setBigInt64(at, BigInt(value), little),
    f4: (view, at, value, little) => view.setFloat32(at, value, little),
    f8: (view, at, value, little) => view.setFloat64(at, value, little),
  };
  for (const [type, write] of Object.entries(types)) {
    for (const [order, fortran, version] of [
      ['<', false, 1],
      ['>', true, 2],
      ['<', true, 3],
      ['>', false, 1],
    ] as const) {
      const width = Number(type[1]);
      const data = new Uint8Array(count * width);
      for (const [i, value] of values.entries()) {
        const [x, y, z] = [Math.floor(i / c / b), Math.floor(i / c) % b, i % c];
        write(new DataView(data.buffer), (fortran ? x + a * (y + b * z) : i) * width, value, order === '<');
      }
      const descr = `${width === 1 ? '|' : order}${type}`;
      const array = parseNpy(npy(descr, [a, b, c], data, { fortran, version }), 'a.npy') as TensorEntry;
      const read = type[0] === 'f' ? [...toFloat32(array)] : toNumbers(array);
      assert.equal([array.shape, read], [[a, b, c], values], `${descr}, seed ${seed}`);
    }
  }
});

test('the third number of a point is what axes says', () => {
  const values = [1, 2, 0, 3, 4, 1, 5, 6, 1, 7, 8, 0];
  const file = f4([1, 2, 2, 3], values);
  const read = (axes?: 'xyz' | 'xyo' | 'xyv') => [...readNpy(file, 'a.npy', axes ? { axes } : {}).clips[0].data];
  assert.equal(read(), values);
  assert.equal(read('xyo'), values);
  assert.equal(read('xyv'), [1, 2, 1, 3, 4, 0, 5, 6, 0, 7, 8, 1]);
  assert.equal(read('xyz'), [1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 8, 0]);
});

test('arrays that are no tracks are refused', async () => {
  const tracks = f4([2, 2, 1, 2], new Float32Array(8));
  const read =
    (bytes: Uint8Array, options = {}) =>
    () =>
      readNpy(bytes, 'a.npy', options);
  await refused(
    read(f4([2, 2, 1, 3], [...new Float32Array(11), 0.5])),
    /occluded = 0.5 at clip 1, frame 1, point 0.*--axes xyz/,
  );
  await refused(read(tracks.subarray(0, -1)), /31 bytes of '<f4' for shape \[2,2,1,2\], need 32/);
  await refused(read(tracks.subarray(0, 40)), /a header of \d+ bytes in 40/);
  await refused(read(new Uint8Array(3)), /no NumPy array/);
  await refused(read(f4([2, 4], new Float32Array(8))), /shape \[2,4\], need \[S,T,N,2\] or \[S,T,N,3\]/);
  await refused(read(tracks, { axes: 'xyz' }), /shape \[2,2,1,2\], need \[S,T,N,3\], xyz/);
  await refused(read(tracks, { split: 'a' }), /--split a/);
  await refused(read(npy('<c8', [1, 1, 1, 2], new Uint8Array(16))), /elements of type '<c8'/);
  await refused(read(npy('|O', [1], new Uint8Array(16))), /Python objects, which are never loaded/);
  await refused(read(npy('<U0', [2 ** 40], new Uint8Array(0))), /type '<U0'/);
  await refused(
    read(npy('<f4', [2 ** 40, 0, 1, 2], new Uint8Array(0))),
    /shape \[1099511627776,0,1,2\], need at least one/,
  );
  await refused(read(npy('<f4', [2 ** 40, 2 ** 40, 0, 2], new Uint8Array(0))), /fewer than 2\^53 elements/);
  await refused(read(npy('<f4', [2 ** 20, 2 ** 10, 2 ** 10, 2], new Uint8Array(8))), /8 bytes of '<f4'/);
});

test('archives: names of classes, targets, groups, splits by name', async () => {
  const tracks = f4([2, 2, 1, 2], new Float32Array(8));
  const text = (words: string[]) => {
    const data = new Uint8Array(words.length * 8);
    for (const [i, word] of words.entries()) data.set(new TextEncoder().encode(word), i * 8);
    return npy('|S8', [words.length], data);
  };
  const named = await readNpz(
    npz({
      tracks,
      labels: text(['nod', 'bow']),
      group: i8([7, -7]),
      split1: i8([0, 1]),
      split2: text(['test', 'val']),
    }),
    'a.npz',
    { split: 'split2' },
  );
  assert.equal(
    [named.labels, named.classes, named.group, named.split],
    [
      [1, 0],
      ['bow', 'nod'],
      [7, -7],
      [2, 1],
    ],
  );
  const valued = await readNpz(npz({ tracks, targets: f4([2, 3], [1, 2, 3, 4, 5, 6]) }), 'a.npz', {});
  assert.equal([...valued.targets!], [1, 2, 3, 4, 5, 6]);

  const read =
    (arrays: Record<string, Uint8Array>, options = {}) =>
    () =>
      readNpz(npz(arrays), 'a.npz', options);
  await refused(read({ labels: i8([0, 1]) }), /no array 'tracks'/);
  await refused(
    read({ tracks, visibility: i8([0]) }),
    /an array 'visibility', need arrays by the names tracks, labels/,
  );
  await refused(read({ tracks, labels: i8([0]) }), /'labels' of a.npz: got shape \[1\], need one for each of 2 clips/);
  await refused(read({ tracks, labels: f4([2], [0, 1]) }), /'labels' of a.npz as whole numbers: got F32/);
  await refused(
    read({ tracks, labels: text(['nod', 'bow']), classes: text(['nod']) }),
    /label 1 of a.npz: got the class "bow", need one of nod/,
  );
  await refused(read({ tracks, split: i8([0, 3]) }), /'split' of clip 1 in a.npz: got 3, need train/);
  await refused(
    read({ tracks, split: i8([0, 1]), split2: i8([0, 1]) }),
    /2 of them, need --split with one of split, split2/,
  );
  await refused(read({ tracks, split: i8([0, 1]) }, { split: 'b' }), /--split b, need --split with one of split/);
});

test('a hostile archive costs no more memory than its bound', async () => {
  const zeros = new Uint8Array(2 ** 20);
  const read =
    (files: Parameters<typeof zip>[0], max = 2 ** 20) =>
    () =>
      readZip(zip(files), 'a.zip', max);
  const bomb = { name: 'a', content: zeros, deflate: true };
  assert.is((await readZip(zip([bomb]), 'a.zip', 2 ** 20)).get('a')!.length, 2 ** 20);
  await refused(read([bomb], 2 ** 20 - 1), /1048576 bytes when inflated, need at most 1048575/, 'limit_exceeded');
  await refused(read([bomb, { ...bomb, name: 'b' }]), /2097152 bytes when inflated/, 'limit_exceeded');
  // It claims to be small, or large: what is inflated is held against the claim.
  await refused(read([{ ...bomb, size: 10 }]), /'a' with other bytes than its size/);
  await refused(
    read([{ ...bomb, content: zeros.subarray(0, 10), size: 2 ** 20 }]),
    /'a' with other bytes than its size/,
  );
  await refused(read([{ name: 'a', content: zeros, size: 2 ** 31 }]), /bytes when inflated/, 'limit_exceeded');
  await refused(
    read([
      { name: 'a', content: zeros.subarray(0, 9) },
      { name: 'a', content: zeros.subarray(0, 9) },
    ]),
    /'a' twice/,
  );
  const flipped = zip([{ name: 'a', content: zeros.subarray(0, 9) }]);
  flipped[35] ^= 1;
  await refused(() => readZip(flipped, 'a.zip'), /'a' with other bytes/);
  await refused(() => readZip(flipped.subarray(0, -1), 'a.zip'), /no zip archive/);
  await refused(() => readZip(new Uint8Array(9), 'a.zip'), /no zip archive/);
});

test('a corrupted file is read or refused, never anything else', async () => {
  const tracks = f4([2, 2, 1, 3], [1, 2, 0, 3, 4, 1, 5, 6, 1, 7, 8, 0]);
  const files = [tracks, npz({ tracks, labels: i8([0, 1]) })];
  for (let round = 0; round < 600; round++) {
    const file = files[round % 2].slice(0, random.integer(0, 9) ? undefined : random.integer(0, 400));
    for (let edits = random.integer(1, 4); edits > 0 && file.length; edits--) {
      file[random.integer(0, file.length - 1)] = random.integer(0, 1) ? random.integer(0, 255) : random.integer(48, 57);
    }
    try {
      if (round % 2) await readNpz(file, 'a.npz', {});
      else readNpy(file, 'a.npy', {});
    } catch (error) {
      assert.ok(error instanceof MovtError, `seed ${seed}, round ${round}: ${(error as Error).stack}`);
    }
  }
});

test.run();

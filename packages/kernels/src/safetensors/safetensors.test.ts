import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MovtError } from '../runtime/errors.ts';
import { createRandom } from '../runtime/random.ts';
import {
  DTYPE_BYTES,
  type DType,
  elementCount,
  encodeSafetensors,
  float32Entry,
  int64Entry,
  parseSafetensors,
  type TensorEntry,
  toFloat32,
  toNumbers,
} from './index.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

const dtypes = Object.keys(DTYPE_BYTES) as DType[];
const names = ['weight', 'a.b.0', '0', 'constructor', 'toString', 'ü "quoted" \\ name', '', '{"x":1}'];

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(0, 255));
}

function randomTensors(): Map<string, TensorEntry> {
  const tensors = new Map<string, TensorEntry>();
  for (const name of names.slice(0, random.integer(0, names.length))) {
    const dtype = dtypes[random.integer(0, dtypes.length - 1)];
    const shape = Array.from({ length: random.integer(0, 3) }, () => random.integer(0, 5));
    tensors.set(name, { dtype, shape, data: randomBytes(elementCount(shape) * DTYPE_BYTES[dtype]) });
  }
  return tensors;
}

/** A file with this header text and this many bytes of data. */
function fileOf(header: string, dataLength = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

function refused(bytes: Uint8Array, message: RegExp): void {
  assert.throws(
    () => parseSafetensors(bytes, 'x.safetensors'),
    (error: unknown) => error instanceof MovtError && error.code === 'bad_input' && message.test(error.message),
    `expected a refusal like ${message}`,
  );
}

test('what is written is read back, aligned', () => {
  for (let round = 0; round < 300; round++) {
    const tensors = randomTensors();
    const metadata = round % 2 ? { config: '{"a": "ü"}', empty: '' } : {};
    const file = encodeSafetensors(tensors, metadata);
    // An odd offset into a larger buffer, as a slice of a download would have.
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    const parsed = parseSafetensors(shifted, 'x.safetensors');
    assert.equal(parsed.metadata, metadata);
    assert.equal([...parsed.tensors.keys()].sort(), [...tensors.keys()].sort(), `seed ${seed}`);
    for (const [name, { dtype, shape, data }] of tensors) {
      const entry = parsed.tensors.get(name)!;
      assert.equal([entry.dtype, entry.shape, [...entry.data]], [dtype, shape, [...data]], `seed ${seed}`);
      assert.is((entry.data.byteOffset - shifted.byteOffset) % DTYPE_BYTES[dtype], 0);
    }
  }
});

test('number types, at any alignment', () => {
  const at = (dtype: DType, array: ArrayBufferView): TensorEntry => {
    const shifted = new Uint8Array(array.byteLength + 1).subarray(1);
    shifted.set(new Uint8Array(array.buffer));
    return { dtype, shape: [array.byteLength / DTYPE_BYTES[dtype]], data: shifted };
  };
  const values = [0, -0, 1, -2.5, 1 / 3, Infinity, -Infinity, NaN];
  assert.equal([...toFloat32(at('F32', new Float32Array(values)))], values.map(Math.fround));
  assert.equal([...toFloat32(at('F64', new Float64Array(values)))], values.map(Math.fround));
  // Bit patterns from the IEEE 754 binary16 tables: least and largest subnormal, least normal, 1/3, largest, ±inf, NaN.
  const halves = new Uint16Array([0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x8000]);
  const expected = [2 ** -24, 1023 * 2 ** -24, 2 ** -14, 0.333251953125, 65504, -65504, Infinity, -Infinity, NaN, -0];
  assert.equal([...toFloat32(at('F16', halves))], expected);
  const brains = new Uint16Array([0x3f80, 0xc020, 0x7f80, 0x0001, 0x8000]);
  assert.equal([...toFloat32(at('BF16', brains))], [1, -2.5, Infinity, 2 ** -133, -0]);

  assert.equal(toNumbers(int64Entry([3], [-1, 2 ** 53 - 1, 0])), [-1, 2 ** 53 - 1, 0]);
  assert.equal(toNumbers(at('I8', new Int8Array([-128, 127]))), [-128, 127]);
  assert.equal(toNumbers(at('U32', new Uint32Array([2 ** 32 - 1]))), [2 ** 32 - 1]);
  assert.throws(() => toNumbers(at('I64', new BigInt64Array([2n ** 60n])), 'labels'), /labels: got the number 1152/);
  assert.throws(() => toNumbers(float32Entry([1], new Float32Array(1)), 'labels'), /labels as whole numbers: got F32/);
  assert.throws(() => toFloat32(int64Entry([1], [1]), 'weight'), /weight as float32: got I64/);
});

test('writing refuses a shape that its data do not fill', () => {
  const tensors = new Map([['weight', float32Entry([2, 3], new Float32Array(5))]]);
  assert.throws(() => encodeSafetensors(tensors), /'weight' \[2,3\] F32: got 20 bytes, need 24 bytes/);
});

test('hostile headers are refused, the tensor is named', () => {
  const tensor = (dtype: unknown, shape: unknown, offsets: unknown) =>
    JSON.stringify({ dtype, shape, data_offsets: offsets });
  const one = (dtype: unknown, shape: unknown, offsets: unknown) => `{"w":${tensor(dtype, shape, offsets)}}`;
  const huge = fileOf('');
  new DataView(huge.buffer).setBigUint64(0, 2n ** 53n, true);

  refused(new Uint8Array(7), /7 bytes/);
  refused(huge, /header of 9007199254740992 bytes in a file of 8/);
  refused(fileOf(one('F32', [1], [0, 4]), 3), /"w" at \[0, 4\] in 3 bytes/);
  refused(fileOf(one('F32', [1], [0, 4]), 5), /1 bytes after the last tensor/);
  refused(fileOf(one('F32', [1], [4, 8]), 8), /"w" .* leaves a gap/);
  refused(fileOf(one('F32', [1], [-4, 0]), 4), /"w" with offsets \[-4,0\]/);
  refused(fileOf(one('F32', [1], [0.5, 4.5]), 4), /"w" with offsets/);
  refused(fileOf(one('F32', [1], [4, 0]), 4), /"w" with offsets/);
  refused(fileOf(one('F32', [1], [0, 2 ** 53]), 4), /"w" with offsets/);
  refused(fileOf(one('F32', [2], [0, 4]), 4), /"w" \[2\] F32 in 4 bytes, need 8 bytes/);
  refused(fileOf(one('F32', [2 ** 53], [0, 4]), 4), /"w" with shape/);
  refused(fileOf(one('F32', [2 ** 30, 2 ** 30], [0, 4]), 4), /"w" with shape .* below 2\^53/);
  refused(fileOf(one('F32', [2 ** 40, 2 ** 40, 0], [0, 0])), /"w" with shape .* below 2\^53/);
  refused(fileOf(one('F32', [-1, -1], [0, 4]), 4), /"w" with shape/);
  refused(fileOf(one('F32', 1, [0, 4]), 4), /"w" with shape 1/);
  refused(fileOf(one('F31', [1], [0, 4]), 4), /"w" of dtype "F31"/);
  refused(fileOf(one('toString', [1], [0, 4]), 4), /"w" of dtype/);
  refused(fileOf('{"w":7}'), /"w" = 7/);
  refused(fileOf('{"w":null}'), /"w" = null/);
  const four = tensor('F32', [1], [0, 4]);
  refused(fileOf(`{"v":${four},"w":${four}}`, 4), /"w" .* overlaps/);
  refused(fileOf(`{"w":${four},"w":${four}}`, 4), /key "w" twice/);
  refused(fileOf(`{"w":${four},"\\u0077":${four}}`, 4), /key "w" twice/);
  refused(fileOf(`{"w":${four.replace('{', '{"dtype":"F64",')}}`, 4), /key "dtype" twice/);
  refused(fileOf(`{"__proto__":${four}}`, 4), /'__proto__'/);
  refused(fileOf('{"__metadata__":{"__proto__":"x"}}'), /'__proto__'/);
  refused(fileOf('{"__metadata__":{"a":1}}'), /metadata "a" = 1/);
  refused(fileOf('{"__metadata__":[]}'), /__metadata__ \[\]/);
  refused(fileOf('not json'), /not JSON/);
  refused(fileOf('{"w":'), /not JSON/);
  refused(fileOf('[]'), /header \[\]/);
  refused(fileOf('null'), /header null/);
  refused(fileOf(''), /not JSON/);
  const invalidUtf8 = fileOf('{"w":{}}');
  invalidUtf8[10] = 0xff;
  refused(invalidUtf8, /not JSON/);
});

test('a hundred megabytes of JSON is refused before it is parsed', () => {
  const file = new Uint8Array(100e6 + 8).fill(0x5b);
  new DataView(file.buffer).setBigUint64(0, 100_000_000n, true);
  const start = performance.now();
  refused(file, /header of 100000000 bytes, need at most 16777216/);
  assert.ok(performance.now() - start < 50, 'took as long as parsing it');
});

test('the largest header allowed is refused in time linear in its length', () => {
  const room = 16 * 2 ** 20;
  const start = performance.now();
  refused(fileOf('['.repeat(room)), /more than 3 levels/);
  refused(fileOf('"'.repeat(room)), /not JSON/);
  refused(fileOf(`{${'"'.repeat(room - 1)}`), /not JSON/);
  refused(fileOf(`{"${'\\'.repeat(room - 2)}`), /not JSON/);
  refused(fileOf(`{"${'x'.repeat(room - 6)}":1}`), /= 1/);
  refused(fileOf(`{"a"${' '.repeat(room - 7)}:1}`), /= 1/);
  assert.ok(performance.now() - start < 30_000, 'quadratic time would take hours');
});

test('a corrupted file is read or refused, never anything else', () => {
  for (let round = 0; round < 5000; round++) {
    const file = encodeSafetensors(randomTensors(), { config: '{}' });
    const cut = file.slice(0, random.integer(0, 9) === 0 ? random.integer(0, file.length) : file.length);
    for (let edits = random.integer(1, 4); edits > 0 && cut.length; edits--) {
      // Half of the edits hit the header with a character that JSON cares about.
      const position = random.integer(0, Math.min(cut.length, random.integer(0, 1) ? 300 : Infinity) - 1);
      cut[position] = random.integer(0, 1)
        ? '{}[]",:-0195.e\\'.charCodeAt(random.integer(0, 15))
        : random.integer(0, 255);
    }
    try {
      parseSafetensors(cut, 'x.safetensors');
    } catch (error) {
      assert.ok(error instanceof MovtError, `seed ${seed}, round ${round}: ${error}`);
    }
  }
});

test.run();

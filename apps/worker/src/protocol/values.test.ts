import { createRandom, type Random } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../refusal.ts';
import { decodeTexts, encodeNumbers } from '../testing/wire.ts';
import { encodeTexts } from './byte-strings.ts';
import { DATATYPES, type Datatype, WHOLE_RANGE } from './datatypes.ts';
import type { Tensor } from './tensor.ts';
import { float32Of, uint8Of } from './values.ts';

const NUMBERS = DATATYPES.filter((datatype) => datatype !== 'BYTES');
const DRAWS = 60;

const tensor = (datatype: Datatype, shape: number[], data: Tensor['data']): Tensor => ({
  name: 'x',
  datatype,
  shape,
  data,
});

/** Values that the datatype holds without rounding, its limits among them. */
function drawValues(random: Random, datatype: Datatype, count: number): number[] {
  if (datatype === 'BOOL') return Array.from({ length: count }, () => random.integer(0, 1));
  const range = WHOLE_RANGE[datatype];
  // Whole numbers that doubles hold: 64-bit limits are tested on their own.
  const highest = Math.min(range?.[1] ?? 2 ** 20, 2 ** 53 - 1);
  const lowest = Math.max(range?.[0] ?? -(2 ** 20), -(2 ** 53 - 1));
  return Array.from({ length: count }, () => {
    const edge = random.integer(0, 9);
    if (edge === 0 && range) return lowest;
    if (edge === 1 && range) return highest;
    if (range) return Math.min(highest, Math.max(lowest, random.integer(-128, 255)));
    // 7 bits of fraction: BF16 has 8 with the leading one.
    return random.integer(-127, 127) * 2 ** random.integer(-6, 6);
  });
}

function drawShape(random: Random): number[] {
  return Array.from({ length: random.integer(1, 4) }, () => random.integer(0, 5));
}

function nested(values: readonly number[], [size, ...rest]: readonly number[]): unknown[] {
  const step = rest.reduce((product, size) => product * size, 1);
  return Array.from({ length: size }, (_, i) =>
    rest.length ? nested(values.slice(i * step, (i + 1) * step), rest) : values[i],
  );
}

test('drawn tensors come out of every datatype as they went in: binary at any alignment, JSON flat and nested', () => {
  const random = createRandom(11);
  for (const datatype of NUMBERS) {
    for (let draw = 0; draw < DRAWS; draw++) {
      const shape = drawShape(random);
      const count = shape.reduce((product, size) => product * size, 1);
      const values = drawValues(random, datatype, count);
      const expected = Float32Array.from(values);
      const bytes = encodeNumbers(datatype, values);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      assert.is(
        String(float32Of(tensor(datatype, shape, shifted.subarray(3)))),
        String(expected),
        `${datatype} [${shape}]`,
      );
      if (datatype === 'FP16' || datatype === 'BF16') continue;
      const list = datatype === 'BOOL' ? values.map((value) => value === 1) : values;
      assert.is(String(float32Of(tensor(datatype, shape, list))), String(expected), `${datatype} flat`);
      const deep = nested(list as number[], shape);
      assert.is(String(float32Of(tensor(datatype, shape, deep))), String(expected), `${datatype} nested [${shape}]`);
    }
  }
});

test('one byte or one value more or less than the shape says is refused', () => {
  const random = createRandom(12);
  for (const datatype of NUMBERS) {
    const values = drawValues(random, datatype, 12);
    const bytes = encodeNumbers(datatype, values);
    for (const wrong of [bytes.subarray(1), new Uint8Array([...bytes, 0])]) {
      refused(400, /bytes, need/, () => float32Of(tensor(datatype, [3, 4], wrong)));
    }
    const list = datatype === 'BOOL' ? values.map(Boolean) : values;
    refused(400, /need/, () => float32Of(tensor(datatype, [3, 4], list.slice(1))));
  }
  refused(400, /a list of 2 at depth 1, need a list of 3/, () =>
    float32Of(
      tensor(
        'FP32',
        [2, 3],
        [
          [1, 2, 3],
          [4, 5],
        ],
      ),
    ),
  );
  refused(400, /no list at depth 1/, () => float32Of(tensor('FP32', [2, 3], [[1, 2, 3], 4])));
  refused(400, /a list at element 0/, () => float32Of(tensor('FP32', [1, 1], [[[1]]])));
});

test('values that their datatype cannot hold are refused by their place', () => {
  refused(400, /300 at element 1, need a whole number of 0 to 255/, () => float32Of(tensor('UINT8', [2], [1, 300])));
  refused(400, /0\.5 at element 0/, () => float32Of(tensor('INT32', [1], [0.5])));
  refused(400, /"1" at element 0, need a number/, () => float32Of(tensor('FP32', [1], ['1'])));
  refused(400, /null at element 0/, () => float32Of(tensor('FP64', [1], [null])));
  refused(400, /2 at element 0, need true or false/, () => float32Of(tensor('BOOL', [1], [2])));
  refused(400, /FP16 in JSON/, () => float32Of(tensor('FP16', [1], [1])));
  refused(400, /BYTES/, () => float32Of(tensor('BYTES', [1], ['a'])));
  refused(400, /BYTES/, () => float32Of(tensor('BYTES', [1], new Uint8Array(5))));
});

test('float32 and bytes: what they do not reach is refused, NaN is left to whoever takes the values', () => {
  refused(422, /1e\+300 at element 1/, () => float32Of(tensor('FP64', [2], encodeNumbers('FP64', [1, 1e300]))));
  refused(422, /1e\+39/, () => float32Of(tensor('FP32', [1], [1e39])));
  assert.ok(Number.isNaN(float32Of(tensor('FP64', [1], encodeNumbers('FP64', [Number.NaN])))[0]));
  assert.is(
    float32Of(tensor('FP16', [1], encodeNumbers('FP16', [Number.POSITIVE_INFINITY])))[0],
    Number.POSITIVE_INFINITY,
  );
  for (const value of [-1, 256, 0.5, Number.NaN]) {
    refused(422, /at element 0, need a whole number of 0 to 255/, () =>
      uint8Of(tensor('FP32', [1], encodeNumbers('FP32', [value]))),
    );
  }
  assert.equal([...uint8Of(tensor('FP32', [2], [0, 255]))], [0, 255]);
  assert.equal([...uint8Of(tensor('BOOL', [3], new Uint8Array([0, 1, 7])))], [0, 1, 1]);
});

test('a shape beyond all counting allocates nothing', () => {
  const huge = [2147483647, 2147483647, 2147483647];
  refused(413, /2\^53/, () => float32Of(tensor('FP32', huge, new Uint8Array(4))));
  refused(413, /2\^53/, () => float32Of(tensor('FP32', huge, [1])));
  refused(400, /need 8589934588/, () => float32Of(tensor('FP32', [2147483647], new Uint8Array(4))));
  refused(400, /1 values, need 2147483647/, () => float32Of(tensor('FP32', [2147483647], [1])));
  refused(400, /depth 0/, () => float32Of(tensor('FP32', [2147483647, 1], [[1]])));
});

test('texts of any length and alphabet', () => {
  const texts = ['', 'a', '0.5:1:ünder', '😀'.repeat(100)];
  assert.equal(decodeTexts(encodeTexts(texts)), texts);
});

function refused(status: number, message: RegExp, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    assert.instance(error, Refusal);
    assert.is((error as Refusal).status, status, (error as Refusal).message);
    assert.match((error as Refusal).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { orient } from './orient.ts';

/** A picture of 3 × 2 pixels whose red values are 1 2 3 / 4 5 6. */
const picture = new Uint8Array([1, 2, 3, 4, 5, 6].flatMap((red) => [red, 10 * red, 100, 255]));

function turned(rotation: 0 | 90 | 180 | 270, flip: boolean) {
  const { data, width, height } = orient(picture, 3, 2, { rotation, flip });
  for (let i = 0; i < 6; i++) assert.equal([...data.slice(i * 4 + 1, i * 4 + 4)], [10 * data[i * 4], 100, 255]);
  return [width, height, ...data.filter((_, i) => i % 4 === 0)];
}

test('quarter turns are clockwise, a mirror comes after them', () => {
  assert.equal(turned(0, false), [3, 2, 1, 2, 3, 4, 5, 6]);
  assert.equal(turned(90, false), [2, 3, 4, 1, 5, 2, 6, 3]);
  assert.equal(turned(180, false), [3, 2, 6, 5, 4, 3, 2, 1]);
  assert.equal(turned(270, false), [2, 3, 3, 6, 2, 5, 1, 4]);
  assert.equal(turned(0, true), [3, 2, 3, 2, 1, 6, 5, 4]);
  assert.equal(turned(90, true), [2, 3, 1, 4, 2, 5, 3, 6]);
});

test.run();

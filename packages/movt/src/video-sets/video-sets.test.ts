import { MovtError } from '@movt/kernels';
import { createRandom } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { corruptText } from '../datasets/corrupt-text.ts';
import { fillBoxes, parseBoxes } from './boxes.ts';
import { parseIdLabels } from './jester.ts';
import { parseSsv2Classes, parseSsv2Videos } from './ssv2.ts';
import { parseSubset } from './subset.ts';
import { joinParts } from './video-set.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
console.log(`seed ${seed}`);
const random = createRandom(seed);

function refuses(work: () => unknown, message: RegExp): void {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof MovtError && error.code === 'bad_input', `${error}`);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

const CLASSES = ['Swiping Left', 'Thumb Up', 'Pushing "it", slowly'];

test('a list of Jester: id;label a line, with commas and quotes in labels', () => {
  const text = '\uFEFF34870;Thumb Up\r\n56557;Pushing "it", slowly\r\n\r\n7;Swiping Left';
  const where = (row: number) => `row ${row} of t.csv`;
  assert.equal(parseIdLabels(text, 't.csv', false), [
    { id: '34870', label: 'Thumb Up', where: where(1) },
    { id: '56557', label: 'Pushing "it", slowly', where: where(2) },
    { id: '7', label: 'Swiping Left', where: where(4) },
  ]);
  assert.equal(parseIdLabels('1\n2\n', 't.csv', true), [
    { id: '1', where: where(1) },
    { id: '2', where: where(2) },
  ]);
});

test('a list of Jester that is none is refused by row', () => {
  refuses(() => parseIdLabels('1;a\n2,b\n', 't.csv', false), /row 2 of t\.csv: got "2,b", need id;label/);
  refuses(() => parseIdLabels('1;a;b', 't.csv', false), /row 1 of t\.csv/);
  refuses(() => parseIdLabels('1;', 't.csv', true), /id;label, or an id alone/);
  refuses(() => parseIdLabels('../../etc;a', 't.csv', false), /the id "\.\.\/\.\.\/etc", need letters/);
  refuses(() => parseIdLabels(';a', 't.csv', false), /the id ""/);
});

test('the classes of Something-Something-V2 in the order of their indices', () => {
  const text = '{"Putting something on something": "1", "Opening something": "0", "Folding something": "2"}';
  assert.equal(parseSsv2Classes(text, 'l'), [
    'Opening something',
    'Putting something on something',
    'Folding something',
  ]);
  refuses(() => parseSsv2Classes('{"a": "0", "b": "0"}', 'l'), /index 0 for "a" and "b"/);
  refuses(() => parseSsv2Classes('{"a": "5"}', 'l'), /need an index of 0 to 0/);
  refuses(() => parseSsv2Classes('{"a": -1}', 'l'), /"a": -1/);
  refuses(() => parseSsv2Classes('{}', 'l'), /no class/);
  refuses(() => parseSsv2Classes('["a"]', 'l'), /got \["a"\]/);
  refuses(() => parseSsv2Classes('{"a": "0"', 'l'), /no JSON/);
});

test('the videos of Something-Something-V2 by their templates', () => {
  const entry = {
    id: '78687',
    label: 'holding potato next to vicks vaporub bottle',
    template: 'Holding [something] next to [something]',
    placeholders: ['potato', 'vicks vaporub bottle'],
  };
  assert.equal(parseSsv2Videos(JSON.stringify([entry]), 't.json', false), [
    { id: '78687', label: 'Holding something next to something', where: 'entry 0 of t.json' },
  ]);
  assert.equal(parseSsv2Videos('[{"id": "1420"}, {"id": 3}]', 't.json', true), [
    { id: '1420', where: 'entry 0 of t.json' },
    { id: '3', where: 'entry 1 of t.json' },
  ]);
  refuses(
    () => parseSsv2Videos('[{"id": "1"}]', 't.json', false),
    /entry 0 of t\.json: got \{"id":"1"\}, need .*template/,
  );
  refuses(() => parseSsv2Videos('[{"id": "a/b", "template": "x"}]', 't.json', false), /the id "a\/b"/);
  refuses(() => parseSsv2Videos('[7]', 't.json', true), /entry 0/);
  refuses(() => parseSsv2Videos('{"id": "1"}', 't.json', true), /a list of videos/);
});

test('a subset: lines or JSON, templates too', () => {
  const classes = ['Opening something', 'Closing something', 'Folding something'];
  assert.equal(parseSubset('# temporal\nFolding [something]\n\nOpening something\n', classes, 's'), [
    classes[0],
    classes[2],
  ]);
  assert.equal(parseSubset(' ["Closing something"]', classes, 's.json'), [classes[1]]);
  assert.equal(parseSubset('[Something] falling', ['Something falling'], 's'), ['Something falling']);
  refuses(() => parseSubset('Folding nothing', classes, 's'), /class "Folding nothing", need one of the 3/);
  refuses(() => parseSubset('Closing something\nClosing [something]', classes, 's'), /"Closing something" twice/);
  refuses(() => parseSubset('["Closing something"', classes, 's'), /no list of names/);
  refuses(() => parseSubset('[1]', classes, 's'), /no list of names/);
  refuses(() => parseSubset('', classes, 's'), /no class/);
});

test('parts are joined: labels are indices, other classes and clips without a label are left out', () => {
  const entries = (...pairs: [string, string?][]) =>
    pairs.map(([id, label]) => ({ id, ...(label !== undefined && { label }), where: `row of ${id}` }));
  const parts = [entries(['1', 'a'], ['2', 'b']), entries(['3', 'c']), entries(['4'], ['5', 'b'])];
  const path = (id: string) => `v/${id}`;
  const all = joinParts(parts, ['c', 'b', 'a'], undefined, path);
  assert.equal(all.classes, ['c', 'b', 'a']);
  assert.equal(
    all.videos.map(({ id, path, label, part }) => [id, path, label, part]),
    [
      ['1', 'v/1', 2, 0],
      ['2', 'v/2', 1, 0],
      ['3', 'v/3', 0, 1],
      ['5', 'v/5', 1, 2],
    ],
  );
  assert.equal(all.notes, ['1 videos have no label and are left out.']);
  const some = joinParts(parts, ['c', 'b', 'a'], ['b', 'a'], path);
  assert.equal(some.classes, ['b', 'a']);
  assert.equal(
    some.videos.map(({ id, label }) => [id, label]),
    [
      ['1', 1],
      ['2', 0],
      ['5', 0],
    ],
  );
  refuses(() => joinParts(parts, ['a', 'b'], undefined, path), /row of 3: got the class "c", need one of the 2/);
  refuses(
    () => joinParts([entries(['1', 'a']), entries(['1', 'a'])], ['a'], undefined, path),
    /id 1, which is row of 1 too/,
  );
  refuses(() => joinParts([entries(['1'])], ['a'], undefined, path), /1 videos, none to be used/);
  refuses(
    () => joinParts([entries(['1', 'a'])], ['a', 'b'], ['b'], path),
    /need at least one with a label of the subset/,
  );
});

test('boxes, and what stands for those that are missing', () => {
  const boxes = parseBoxes('{"1": [null, [1, 2, 3, 4.5], null], "2": [null]}', 'b');
  const box = { x0: 1, y0: 2, x1: 3, y1: 4.5 };
  assert.equal(boxes.get('1'), [null, box, null]);
  assert.equal(fillBoxes(boxes.get('1')!), [box, box, box]);
  assert.is(fillBoxes(boxes.get('2')!), undefined);
  refuses(() => parseBoxes('{"1": [[1, 2, 1, 4]]}', 'b'), /boxes of "1" in b, frame 0: got \[1,2,1,4\]/);
  refuses(() => parseBoxes('{"1": [[1, 2, 3]]}', 'b'), /need \[x0, y0, x1, y1\]/);
  refuses(() => parseBoxes('{"1": []}', 'b'), /a box for every frame/);
  refuses(() => parseBoxes('[]', 'b'), /no JSON object/);
});

test('damaged texts are read or refused, and nothing else happens', () => {
  const texts: [string, (text: string) => unknown][] = [
    [
      '1;Thumb Up\n2;Swiping Left\n',
      (text) => joinParts([parseIdLabels(text, 't', false)], CLASSES, undefined, String),
    ],
    ['{"Opening something": "0", "Closing something": "1"}', (text) => parseSsv2Classes(text, 't')],
    ['[{"id": "1", "template": "[a] b"}, {"id": "2", "template": "c"}]', (text) => parseSsv2Videos(text, 't', false)],
    ['["Thumb Up", "Swiping Left"]', (text) => parseSubset(text, CLASSES, 't')],
    ['{"1": [[0, 0, 4, 4], null]}', (text) => parseBoxes(text, 't')],
  ];
  const alphabet = ['', '\n', ';', ',', '"', '[', ']', '{', '}', ':', '0', '-', 'e', '\0', '\\', 'null', '__proto__'];
  for (let round = 0; round < 300; round++) {
    for (const [text, read] of texts) {
      const damaged = corruptText(random, text, alphabet);
      try {
        read(damaged);
      } catch (error) {
        assert.ok(error instanceof MovtError && error.code === 'bad_input', `${JSON.stringify(damaged)}: ${error}`);
      }
    }
  }
});

test.run();

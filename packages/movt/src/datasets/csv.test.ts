import { createRandom, MovtError } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { corruptText } from './corrupt-text.ts';
import { readCsv } from './csv.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

function refused(text: string, message: RegExp, options = {}): void {
  try {
    readCsv(text, 'a.csv', options);
  } catch (error) {
    assert.instance(error, MovtError, `${error}`);
    assert.is((error as MovtError).code, 'bad_input');
    assert.match((error as MovtError).message, message);
    return;
  }
  assert.unreachable(`not refused: ${message}`);
}

/** Rows of a clip [T,N] whose x is 100·frame + point and y its negative. */
const rows = (clip: string, T: number, points: readonly string[], rest = '') =>
  Array.from({ length: T * points.length }, (_, i) => {
    const [t, n] = [Math.floor(i / points.length), i % points.length];
    return `${clip},${t},${points[n]},${100 * t + n},${-100 * t - n}${rest}`;
  });

test('rows and columns in any order, clips of any T and N', () => {
  const body = [...rows('b', 3, ['9', '10'], ',nod,test,s1'), ...rows('a', 2, ['0', '1', '2'], ',bow,train,s2')];
  const first = body[0];
  for (let i = body.length - 1; i > 0; i--) {
    const other = random.integer(0, i);
    [body[i], body[other]] = [body[other], body[i]];
  }
  const columns = ['clip', 'frame', 'point', 'x', 'y', 'label', 'split', 'group'];
  const order = columns.map((_, i) => i).sort(() => random.integer(0, 1) - 0.5);
  const mark = [',', ';', '\t'][random.integer(0, 2)];
  // The first row stays first, and with it the order of the clips.
  const text = [columns.join(), first, ...body.filter((row) => row !== first)]
    .map((line) => order.map((i) => line.split(',')[i]).join(mark))
    .join(random.integer(0, 1) ? '\r\n' : '\n');
  const set = readCsv(`\ufeff${text}\n\n`, 'a.csv', {});
  assert.equal(
    [set.labels, set.classes, set.split, set.group],
    [
      [1, 0],
      ['bow', 'nod'],
      [2, 0],
      [0, 1],
    ],
    `seed ${seed}`,
  );
  const [b, a] = set.clips;
  assert.equal([b.T, b.N, a.T, a.N], [3, 2, 2, 3], text);
  assert.equal(
    [...b.data],
    [0, 0, 0, 1, -1, 0, 100, -100, 0, 101, -101, 0, 200, -200, 0, 201, -201, 0].map((v) => v || 0),
  );
});

test('points by name, quotes, labels that are numbers, flags', () => {
  const text = [
    'Clip, Frame, Point, X, Y, Occluded, Label, split2, split1',
    '"walk, 1",7,"left wrist",1e-3,.5,True,3,test,train',
    '"walk, 1",7,"head ""top""",2,4,false,3,test,train',
    '"walk, 1",8,"left wrist",3,5,1,3,test,train',
    '"walk, 1",8,"head ""top""",4,6,0,3,test,train',
  ].join('\n');
  const { clips, labels, classes, split } = readCsv(text, 'a.csv', { split: 'split2' });
  assert.equal([...clips[0].data], [Math.fround(1e-3), 0.5, 1, 2, 4, 0, 3, 5, 1, 4, 6, 0]);
  assert.equal([labels, classes, split], [[3], undefined, [2]]);
  refused(text, /2 of them, need --split with one of split2, split1/);
});

test('holes, doubles and gaps are named', () => {
  const header = 'clip,frame,point,x,y';
  const all = rows('a', 4, ['l', 'r']);
  const without = (...gone: number[]) => [header, ...all.filter((_, i) => !gone.includes(i))].join('\n');
  refused(without(0), /clip 'a' of a.csv: got no row for frame 0, point l, need each point once in each frame/);
  refused(without(3), /no row for frame 1, point r/);
  refused(without(7), /no row for frame 3, point r/);
  refused(without(4, 5), /no row for frame 2, point l/);
  refused([without(), all[5]].join('\n'), /two rows for frame 2, point r/);
  refused([header, 'a,0,l,1,1', 'a,1e12,l,1,1'].join('\n'), /no row for frame 1, point l/);
  // A million frames times a million points would be made of two million rows, if a table were.
  const sparse = Array.from({ length: 3000 }, (_, i) => `a,${i},${i},0,0`);
  refused([header, ...sparse].join('\n'), /no row for frame 0, point 1/);
});

test('what cannot be read is named by its row', () => {
  const header = 'clip,frame,point,x,y,label';
  const refusedRow = (row: string, message: RegExp) => refused([header, 'a,0,0,1,2,nod', row].join('\n'), message);
  refusedRow('a,1,0,nan,2,nod', /row 3 of a.csv: got x = 'nan', need a finite number/);
  refusedRow('a,1,0,,2,nod', /row 3 .* x = ''/);
  refusedRow('a,1,0,1,Infinity,nod', /row 3 .* y = 'Infinity'/);
  refusedRow('a,0.5,0,1,2,nod', /row 3 .* frame = 0.5, need a whole number/);
  refusedRow('a,1,0,1,2', /row 3 .* 5 cells, need 6, as in the header/);
  refusedRow('a,1,0,1,2,bow', /row 3 .* label 'bow', need 'nod', as in the clip's first row/);
  refusedRow('b,1,0,1,2,', /row 3 .* no label/);
  refusedRow('b,1,0,1,2,"nod', /row 3 .* quote/);
  refused('clip,frame,point,x,y,occluded\na,0,0,1,2,0.5', /row 2 .* occluded = '0.5'/);
  refused(
    'clip,frame,point,x,y,split\na,0,0,1,2,holdout\na,1,0,1,2,holdout',
    /split of clip 'a' .* "holdout", need train/,
  );
  refused('clip,frame,point,x', /row 1 .* a header without 'y'/);
  refused('clip,frame,point,x,y,score', /row 1 .* the column 'score'/);
  refused('clip,frame,point,x,y,x', /row 1 .* the column 'x' twice/);
  refused(header, /no row/);
  refused('', /no row/);
  refused(header, /--axes xyz/, { axes: 'xyz' });
});

test('a corrupted file is read or refused, never anything else', () => {
  const whole = [
    'clip,frame,point,x,y,label',
    ...rows('a', 3, ['l', 'r'], ',nod'),
    ...rows('b', 2, ['l'], ',bow'),
  ].join('\n');
  for (let round = 0; round < 500; round++) {
    try {
      readCsv(corruptText(random, whole, '",;\n\te-0.a'), 'a.csv', {});
    } catch (error) {
      assert.ok(error instanceof MovtError, `seed ${seed}, round ${round}: ${(error as Error).stack}`);
    }
  }
});

test.run();

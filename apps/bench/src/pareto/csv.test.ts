import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AXES, axisKey, costOn } from './axes.ts';
import { paretoCsv } from './csv.ts';
import { frontOf } from './findings.ts';
import { randomReport } from './random-report.ts';

/** RFC 4180, read letter by letter. */
function parse(text: string): string[][] {
  const rows: string[][] = [['']];
  let isQuoted = false;
  for (const letter of text.replaceAll('""', '\u0000')) {
    const row = rows[rows.length - 1];
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ',' && !isQuoted) row.push('');
    else if (letter === '\n' && !isQuoted) rows.push(['']);
    else if (letter !== '\r' || isQuoted) row[row.length - 1] += letter === '\u0000' ? '"' : letter;
  }
  return rows.slice(0, -1);
}

test('the CSV holds every point with every axis, to the last digit', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const { points } = randomReport(seed);
  const odd = [{ ...points[0], key: 'odd', label: 'a "quoted", name\nof two lines' }, ...points];
  const [head, ...rows] = parse(paretoCsv(odd));
  assert.is(rows.length, odd.length);
  for (const [i, cells] of rows.entries()) {
    assert.is(cells.length, head.length);
    const row = Object.fromEntries(head.map((name, column) => [name, cells[column]]));
    const point = odd[i];
    assert.is(row.label, point.label);
    assert.is(row.points, point.points === null ? '' : String(point.points));
    assert.is(Number(row.top1_mean), point.top1.mean);
    assert.equal(row.top1_seeds.split(' ').map(Number), point.top1.seeds);
    for (const axis of AXES)
      assert.is(Number(row[axisKey(axis).replace('-', '_')]), costOn(point, axis), `seed ${seed}`);
    const on = AXES.filter((axis) => frontOf(odd, axis).some(({ place }) => place === i)).map(axisKey);
    assert.is(row.on_front, on.join(' '));
  }
});

test.run();

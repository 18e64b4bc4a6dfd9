import { parseHTML } from 'linkedom';
import { PAPER_POINTS } from 'movt/paper';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SERIES } from '../experiment/series.ts';
import { AXES, axisKey, axisName, costOn, DEFAULT_AXIS } from './axes.ts';
import { frontOf } from './findings.ts';
import { ALONE, NARROW, paretoPlot, WIDE } from './plot.ts';
import { logTicks, toPixels, toValues } from './plot-frame.ts';
import { randomReport } from './random-report.ts';
import { LOOK, seriesClass } from './series.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const report = randomReport(seed);
const parse = (svg: string) => parseHTML(`<body>${svg}</body>`).document;

test('an axis adds up what its scope holds, by its convention', () => {
  const cost = (thop: number) => ({ thop, mac: 10 * thop, flop: 20 * thop });
  const point = {
    ...report.points[0],
    cost: { model: cost(1), tracker: cost(2) },
    ms: { model: 4, tracker: 8, decode: 16 },
  };
  const costs = Object.fromEntries(AXES.map((axis) => [axisKey(axis), costOn(point, axis)]));
  assert.equal(costs, {
    'thop-model': 1,
    'thop-tracker': 3,
    'mac-model': 10,
    'mac-tracker': 30,
    'flop-model': 20,
    'flop-tracker': 60,
    'ms-model': 4,
    'ms-tracker': 12,
    'ms-decode': 28,
  });
});

test('every point is drawn once on every axis, with its tooltip, its link and its number; those of the front are outlined', () => {
  for (const axis of AXES) {
    const document = parse(paretoPlot(report, axis, WIDE));
    const links = [...document.querySelectorAll('a')];
    const at = `${axisKey(axis)}, seed ${seed}`;
    assert.equal(
      links.map((link) => link.getAttribute('href')).sort(),
      report.points.map(({ key }) => `#point-${key}`).sort(),
      at,
    );
    const outlined = links.filter((link) => link.querySelector('title')!.textContent.includes('on the front'));
    assert.is(outlined.length, frontOf(report.points, axis).length, at);
    for (const link of outlined) assert.is(link.closest('g')!.getAttribute('stroke'), 'currentColor');
    const texts = [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
    for (const [i, { label }] of report.points.entries()) {
      assert.ok(texts.includes(String(i + 1)) || texts.includes(`${i + 1} ${label}`), `number ${i + 1}, ${at}`);
    }
    assert.ok(texts.includes(`${axisName(axis)} →`));
    assert.not.match(document.body.innerHTML, /NaN|undefined|Infinity/);
  }
});

test('marks stand where their figures are, and bars span the seeds', () => {
  const document = parse(paretoPlot(report, DEFAULT_AXIS, WIDE));
  const sorted = [...document.querySelectorAll('a')].map((link) => {
    const mark = link.firstElementChild!;
    const moved = /translate\(([\d.e-]+),([\d.e-]+)\)/.exec(mark.getAttribute('transform') ?? '');
    const [x, y] = moved ? [moved[1], moved[2]] : [mark.getAttribute('cx'), mark.getAttribute('cy')];
    const point = report.points.find(({ key }) => link.getAttribute('href') === `#point-${key}`)!;
    return { x: Number(x), y: Number(y), cost: costOn(point, DEFAULT_AXIS), accuracy: point.top1.mean };
  });
  const [a, b] = [sorted[0], sorted[sorted.length - 1]];
  const perLog = (b.x - a.x) / Math.log(b.cost / a.cost);
  const perShare = (b.y - a.y) / (b.accuracy - a.accuracy);
  for (const { x, y, cost, accuracy } of sorted) {
    assert.ok(Math.abs(x - a.x - perLog * Math.log(cost / a.cost)) < 0.5, `x of cost ${cost}, seed ${seed}`);
    assert.ok(Math.abs(y - a.y - perShare * (accuracy - a.accuracy)) < 0.5, `y of ${accuracy}, seed ${seed}`);
  }
  const spans = [...document.querySelectorAll('[aria-label=rule] line')].map((line) =>
    Math.abs(Number(line.getAttribute('y1')) - Number(line.getAttribute('y2'))),
  );
  const expected = report.points.map(
    ({ top1 }) => (Math.max(...top1.seeds) - Math.min(...top1.seeds)) * Math.abs(perShare),
  );
  const total = (lengths: number[]) => lengths.reduce((x, y) => x + y, 0);
  assert.is(spans.length, expected.length);
  assert.ok(Math.abs(total(spans) - total(expected)) < 1, `seed ${seed}`);
});

test("the paper's figures are hollow, in a class of their own, and no part of the front", () => {
  const axis = { measure: 'thop', scope: 'model' } as const;
  const steps = (svg: string) =>
    parse(svg).querySelector('[aria-label=line] path')!.getAttribute('d')!.match(/V/g)?.length;
  const without = paretoPlot(report, axis, WIDE);
  const withPaper = paretoPlot(report, axis, WIDE, PAPER_POINTS);
  const dots = [...parse(withPaper).querySelectorAll('.s-paper[aria-label=dot] path')];
  assert.is(dots.length, PAPER_POINTS.length);
  assert.is(parse(withPaper).querySelector('.s-paper[aria-label=dot]')!.getAttribute('fill'), 'none');
  assert.is(parse(without).querySelectorAll('.s-paper').length, 0);
  assert.is(steps(withPaper), steps(without));
});

test('a picture that stands alone has a legend and a ground of its own, and no links', () => {
  const document = parse(paretoPlot(report, DEFAULT_AXIS, ALONE));
  const texts = [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
  for (const series of SERIES) assert.ok(texts.includes(`${LOOK[series].glyph} ${series}`), series);
  assert.ok(texts.some((text) => text.includes('made-up <clips>') && text.includes('A <fast> GPU')));
  assert.is(document.querySelectorAll('a').length, 0);
  assert.match(document.querySelector('svg')!.getAttribute('style')!, /white/);
});

test('one point alone, of one seed, makes a picture', () => {
  const [point] = report.points;
  const alone = { ...report, points: [{ ...point, top1: { mean: 1, sd: 0, seeds: [1] } }] };
  const svg = paretoPlot(alone, DEFAULT_AXIS, NARROW);
  assert.not.match(svg, /NaN|undefined|Infinity/);
  assert.match(svg, /top-1 100\.0 % \(1 seed\)/);
});

test('pixels and values are each other’s inverse', () => {
  const frame = { left: 50, top: 40, width: 900, height: 500, x: [0.003, 40], y: [40, 100] } as const;
  const { left, top } = toPixels(frame, 0.7, 83);
  const { cost, accuracy } = toValues(frame, left, top);
  assert.ok(Math.abs(cost - 0.7) < 1e-9 && Math.abs(accuracy - 83) < 1e-9);
  assert.equal(toPixels(frame, 0.003, 100), { left: 50, top: 40 });
});

test('a logarithmic axis has as many round ticks as fit', () => {
  assert.equal(logTicks([0.008, 3], 9), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  assert.equal(logTicks([0.008, 3], 4), [0.01, 0.1, 1]);
  assert.equal(logTicks([0.5, 2.2], 4), [0.5, 1, 2]);
  assert.equal(logTicks([1e-5, 100], 4), [1e-4, 1e-2, 1, 100]);
});

test('every colour has a contrast of 3:1 against white and against a dark page', () => {
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((i) => {
      const value = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const series of SERIES) {
    const own = luminance(LOOK[series].colour);
    assert.ok(1.05 / (own + 0.05) >= 3, `${series} on white`);
    assert.ok((own + 0.05) / (luminance('#121212') + 0.05) >= 3, `${series} on black`);
  }
  assert.is(new Set(SERIES.map((series) => LOOK[series].symbol)).size, SERIES.length);
  assert.is(new Set(SERIES.map(seriesClass)).size, SERIES.length);
});

test.run();

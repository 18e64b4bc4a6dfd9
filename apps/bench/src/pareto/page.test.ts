import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeHtml } from '../report/page.ts';
import { AXES, axisKey, DEFAULT_AXIS, MEASURES, SCOPES } from './axes.ts';
import { paretoPage } from './page.ts';
import { randomReport } from './random-report.ts';
import type { ParetoReport } from './report.ts';
import { VIEW_STYLE } from './views.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const report = randomReport(seed);
const page = paretoPage(report);

test('the page stands by itself, is of bearable size, and holds whatever words as words', () => {
  assert.ok(page.length < 600_000, `${page.length} characters`);
  assert.not.match(page, /<link|<script src|@import|<img[^>]*src="(?!data:)|url\(/);
  for (const words of [
    'made-up <clips>',
    'A <fast> GPU',
    '"a & <b>"',
    'First <lesson>',
    'class <7>',
    '<angles> & more',
  ]) {
    assert.ok(page.includes(escapeHtml(words)), words);
    assert.not.ok(page.includes(words), words);
  }
  assert.is(page.match(/<script/g)!.length, 1, 'no script of a picture is part of the page');
  assert.not.match(page, /NaN|undefined|\[object/);
});

test('pictures stand in it as images, unharmed: of its own figures, then those of other studies', () => {
  const { document } = parseHTML(page);
  const images = [...document.querySelectorAll('.pictures img')];
  const pictures = images.map((image) =>
    decodeURIComponent(image.getAttribute('src')!.replace('data:image/svg+xml,', '')),
  );
  assert.equal(
    images.map((image) => image.getAttribute('alt')),
    ['Class by class', ...report.pictures.map(({ title }) => title)],
  );
  assert.equal(
    pictures.slice(1),
    report.pictures.map(({ svg }) => svg),
  );
  const dots = [...parseHTML(`<body>${pictures[0]}</body>`).document.querySelectorAll('[aria-label=dot] circle')];
  assert.is(dots.length, report.perClass!.classes.length);
});

/** The switched part without what is drawn and tabled, one mark of a series in place of all: rules are looked up in this much faster. */
const outline = /<section class="pareto".*?<\/section>/s
  .exec(page)![0]
  .replace(/<svg.*?<\/svg>/gs, '<svg><g class="s-pixt"></g></svg>')
  .replace(/<table.*?<\/table>/gs, '');

/** Which views and series a browser would show with these switches on, by the style sheet's own rules in their order. */
function shown(on: { measure: string; scope: string; off?: string[]; on?: string[] }) {
  const { document } = parseHTML(`<body>${outline}</body>`);
  for (const input of document.querySelectorAll('.switches input')) {
    const [group, value] = input.id.split('-');
    const isOn =
      group === 'show'
        ? (input.hasAttribute('checked') && !on.off?.includes(input.id)) || on.on?.includes(input.id)
        : value === (group === 'measure' ? on.measure : on.scope);
    if (isOn) input.setAttribute('checked', '');
    else input.removeAttribute('checked');
  }
  const display = new Map<unknown, string>();
  const flat = VIEW_STYLE.replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '').replace(
    '@supports selector(:has(*)) {',
    '',
  );
  for (const [, selector, rules] of flat.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const value = /display:\s*([\w-]+)/.exec(rules)?.[1];
    if (!value) continue;
    for (const element of document.querySelectorAll(selector.trim())) display.set(element, value);
  }
  const visible = (selector: string) =>
    [...document.querySelectorAll(selector)].filter((element) => display.get(element) !== 'none');
  return {
    views: visible('.view').map(({ className }) => className.split(' ')[1]),
    remarks: ['no-decode', 'no-paper'].filter((name) => visible(`.${name}`).length > 0),
    marks: visible('.view.default .s-pixt').length,
  };
}

test('each pair of switches shows the one picture of that axis, by the style sheet alone', () => {
  for (const measure of MEASURES) {
    for (const scope of SCOPES) {
      const isCounted = measure !== 'ms' && scope === 'decode';
      const expected = isCounted ? `${measure}-tracker` : `${measure}-${scope}`;
      const { views, remarks } = shown({ measure, scope });
      assert.equal(views, [expected]);
      assert.equal(remarks, isCounted ? ['no-decode'] : []);
    }
  }
  assert.is(parseHTML(page).document.querySelectorAll('.view').length, AXES.length + 1);
});

test("the paper's figures are off at first, and come where they were counted", () => {
  const { document } = parseHTML(page);
  assert.not.ok(document.querySelector('#show-paper')!.hasAttribute('checked'));
  assert.equal(shown({ measure: 'thop', scope: 'model', on: ['show-paper'] }), {
    ...shown({ measure: 'thop', scope: 'model' }),
    views: ['paper'],
  });
  const elsewhere = shown({ measure: 'mac', scope: 'model', on: ['show-paper'] });
  assert.equal([elsewhere.views, elsewhere.remarks], [['mac-model'], ['no-paper']]);
  const without = paretoPage({ ...report, points: report.points.slice(0, 2), paper: [] });
  assert.not.match(without, /id="show-paper"|class="view paper"|contradicts/);
});

test('a series that is switched off is gone from the picture', () => {
  const { measure, scope } = DEFAULT_AXIS;
  assert.match(page, /<g [^>]*class="s-pixt"/);
  assert.is(shown({ measure, scope }).marks, 2);
  assert.is(shown({ measure, scope, off: ['show-s-pixt'] }).marks, 0);
});

test('the table holds every point with all its costs, starred where they are on the front', () => {
  const { document } = parseHTML(page);
  const rows = [...document.querySelectorAll('.points tbody tr')];
  assert.equal(
    rows.map(({ id }) => id),
    report.points.map(({ key }) => `point-${key}`),
  );
  const columns = 6 + AXES.length;
  for (const row of rows) assert.is(row.querySelectorAll('td').length, columns);
  const default_ = document.querySelector(`.view.${axisKey(DEFAULT_AXIS)}`)!;
  const onFront = default_.querySelectorAll('table tr').length - 1;
  const column = 6 + AXES.findIndex((axis) => axisKey(axis) === axisKey(DEFAULT_AXIS));
  assert.is(rows.filter((row) => row.querySelectorAll('td')[column].querySelector('b')).length, onFront);
});

test('what a report does not hold has no heading', () => {
  const bare: ParetoReport = {
    ...report,
    points: report.points.slice(0, 2),
    lessons: [],
    lowData: [],
    cascade: null,
    perClass: null,
    pictures: [],
    notes: [],
  };
  const headings = [...parseHTML(paretoPage(bare)).document.querySelectorAll('h2')].map(
    ({ textContent }) => textContent,
  );
  assert.equal(headings, ['Every point', 'How cost is counted', 'What is random, and what else to know']);
});

test.run();

import { createRandom } from '@movt/kernels';
import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knnPurity } from '../analysis/knn-purity.ts';
import { tsnePicture } from '../analysis/t-sne-picture.ts';
import { spreadOf } from '../statistics.ts';
import { cascadeSweep, chooseThreshold } from './cascade.ts';
import { cascadePicture } from './cascade-picture.ts';
import { perClassPicture } from './per-class-picture.ts';
import { spreadCurvesPicture } from './spread-curves-picture.ts';
import { sweepPicture } from './sweep-picture.ts';

/** The picture's elements; refuses anything that is not an SVG document of its own, and numbers that are none. */
function parse(svg: string) {
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.not.match(svg, /NaN|undefined|Infinity/);
  return parseHTML(`<body>${svg}</body>`).document;
}
const texts = (svg: string) => Array.from(parse(svg).querySelectorAll('text'), ({ textContent }) => textContent);

test('a cascade: both panels, the two models alone, and the chosen threshold', () => {
  const random = createRandom(1);
  const labels = Array.from({ length: 50 }, () => random.integer(0, 2));
  const model = (skill: number) =>
    labels.map((label) => random.normal(3).map((value, k) => value + skill * Number(k === label)));
  const sweep = cascadeSweep(model(1), model(4), labels, { smallCost: 1, bigCost: 9 });
  const chosen = [chooseThreshold(sweep, { budget: 5 })];
  const svg = cascadePicture(sweep, chosen, { small: '<small>', big: 'big & slow', unit: 'GMAC' });
  assert.ok(texts(svg).some((text) => text.includes('<small>') && text.includes('big & slow')));
  assert.not.ok(svg.includes('<small>'), 'names are text, whatever they hold');
  assert.is(parse(svg).querySelectorAll('[aria-label=dot] circle').length, 3, 'two ends and one chosen');
  const nothing = cascadeSweep([[5000, 0]], [[0, 1]], [0], { smallCost: 0, bigCost: 0 });
  parse(cascadePicture(nothing, [], { small: 'a', big: 'b', unit: 'GMAC' }));
});

test('classes on which two models differ most are named, and the others counted', () => {
  const classes = Array.from({ length: 40 }, (_, i) => ({ name: `class ${i}`, clips: 5, a: i / 40, b: 0.5 }));
  const shown = texts(perClassPicture(classes, { a: 'MovT', b: 'PixT' }));
  assert.ok(shown.some((text) => text.startsWith('MovT is better on 19 classes (blue), PixT on 20 (red), of 40')));
  const named = shown.filter((text) => /^class /.test(text));
  assert.is(named.length, 12);
  for (const name of ['class 0', 'class 39']) assert.ok(named.includes(name), name);
});

test('a curve has its mean, its seeds and its level; one seed has no spread', () => {
  const curve = (name: string, ...seeds: number[]) => ({
    name,
    points: [0.1, 1].map((x) => ({ x, spread: spreadOf(seeds.map((value) => value * x)) })),
  });
  const svg = spreadCurvesPicture([curve('MovT', 0.8, 0.9, 1), curve('PixT', 0.5)], {
    title: 'a title',
    x: 'share',
    y: 'top-1',
    level: { name: 'chance', value: 0.1 },
  });
  const document = parse(svg);
  assert.is(document.querySelectorAll('[aria-label=line] path').length, 2);
  const shown = texts(svg);
  for (const text of ['MovT', 'PixT', 'a title', 'chance', '10%', '100%']) assert.ok(shown.includes(text), text);
  // Circles: three seeds at two shares, and the legend's.
  assert.is(document.querySelectorAll('[aria-label=dot] circle, [aria-label=dot] path').length, 6 + 2 + 2);
});

test('a sweep shows each model that was trained, with its cost', () => {
  const cell = (frames: number, points: number, width: number) => ({
    frames,
    points,
    width,
    top1: 0.5,
    cost: '1 GMAC',
  });
  const svg = sweepPicture([cell(4, 8, 32), cell(16, 8, 32), cell(4, 60, 64)]);
  assert.is(parse(svg).querySelectorAll('[aria-label=cell] rect').length, 3);
  const shown = texts(svg);
  assert.is(shown.filter((text) => text === '50.0 %').length, 3);
  assert.is(shown.filter((text) => text === '1 GMAC').length, 3);
});

test('a t-SNE has a mark for every clip and every class, however many classes', () => {
  for (const count of [2, 45]) {
    const labels = Array.from({ length: 90 }, (_, i) => i % count);
    const places = labels.map((label, i): [number, number] => [label, i]);
    const purity = knnPurity(places, labels, [1]);
    const classes = Array.from({ length: count }, (_, i) => `class ${i}`);
    const svg = tsnePicture(places, labels, {
      classes,
      title: 'a title',
      purity: { features: purity, picture: purity },
    });
    const marks = parse(svg).querySelectorAll('[aria-label=dot] circle, [aria-label=dot] path');
    assert.is(marks.length, 90 + count);
    assert.ok(texts(svg).some((text) => /^features: 1-NN \d+ % \(chance \d+ %\)$/.test(text)));
    const clips = Array.from(marks).slice(0, 90); // the legend's are last, and larger
    const looks = new Set(clips.map((mark) => `${mark.getAttribute('d')} ${mark.parentElement!.getAttribute('fill')}`));
    assert.is(looks.size, count, 'each class looks different');
  }
});

test.run();

import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calibration } from './calibration.ts';
import { calibrationPicture } from './calibration-picture.ts';
import { confusionPicture } from './confusion-picture.ts';
import { importancePicture } from './importance-picture.ts';

/** The picture's elements; refuses anything that is not an SVG document of its own. */
function parse(svg: string) {
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  return parseHTML(`<body>${svg}</body>`).document;
}
const texts = (svg: string) => Array.from(parse(svg).querySelectorAll('text'), ({ textContent }) => textContent);

test('a confusion matrix shows each count that is not 0, shaded by its share', () => {
  const svg = confusionPicture(
    [
      [7, 3, 0],
      [0, 20, 0],
      [0, 0, 0],
    ],
    ['up', 'down', 'not <b>there</b> & back'],
  );
  const shown = texts(svg);
  for (const text of ['7', '3', '20', 'up', 'down', 'not <b>there</b> & back']) assert.ok(shown.includes(text), text);
  assert.not.ok(shown.includes('0'));
  assert.not.ok(svg.includes('<b>'), 'names are text, whatever they hold');
  const fills = Array.from(parse(svg).querySelectorAll('[aria-label=cell] rect'), (cell) => cell.getAttribute('fill'));
  assert.is(fills.length, 3);
  assert.is(new Set(fills).size, 3);
});

test('names that are the same, or the same once cut, keep their own rows', () => {
  const long = 'something that goes on and on';
  const diagonal = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((k) => Number(i === k)));
  const svg = confusionPicture(diagonal, ['a', 'a', `${long} 1`, `${long} 2`]);
  const rows = Array.from(parse(svg).querySelectorAll('[aria-label=cell] rect'), (cell) => cell.getAttribute('y'));
  assert.is(new Set(rows).size, 4);
});

test('many classes make a picture of bearable size', () => {
  const size = 600;
  const confusion = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, k) => Number(i === k)));
  const svg = confusionPicture(
    confusion,
    confusion.map((_, i) => `class ${i}`),
  );
  const picture = parse(svg).querySelector('svg')!;
  assert.ok(Number(picture.getAttribute('width')) < 2200);
  assert.ok(svg.length < 300_000, `${svg.length} characters`);
});

test('a reliability diagram has a bar for each bin that holds answers', () => {
  const answers = [0.7, 0.72, 0.9, 0.55].map((p) => Float64Array.of(Math.log(p), Math.log(1 - p)));
  const svg = calibrationPicture(calibration(answers, [0, 1, 0, 0]));
  assert.is(parse(svg).querySelectorAll('[aria-label=rect] rect').length, 3);
  assert.ok(texts(svg).some((text) => text.startsWith('ECE 0.24')));
});

test('a histogram of importance tells the mean count above a half', () => {
  const svg = importancePicture([Float64Array.of(0, 0.2, 1), Float64Array.of(1, 0.9, 0.04, 0)], 1.5);
  const heights = Array.from(parse(svg).querySelectorAll('[aria-label=rect] rect'), (bar) =>
    Number(bar.getAttribute('height')),
  );
  assert.is(heights.length, 20);
  assert.ok(Math.abs(heights[0] / heights[19] - 1.5) < 0.02, '3 tracks below 0.05, 2 of 0.95 and more');
  assert.ok(texts(svg).some((text) => text.startsWith('above 0.5: 1.5 tracks')));
});

test.run();

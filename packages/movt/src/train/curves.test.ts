import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { curvesPicture } from './curves.ts';
import type { EpochRecord } from './history.ts';
import { parseSettings } from './settings.ts';

const settings = parseSettings({}, 'the test');

function historyOf(epochs: number, isJudged: boolean): EpochRecord[] {
  return Array.from({ length: epochs }, (_, i) => ({
    ...{ epoch: i + 1, step: i + 1, loss: 2 / (i + 1), learning_rate: 1e-3, grad_norm: 1, clips_per_s: 9 },
    ...(isJudged && { validation: { loss: 1 + (i - 3) ** 2, top1: 0.5 } }),
  }));
}

/** Words and line marks of a picture's panels. */
function read(svg: string) {
  const { document } = parseHTML(svg);
  return [...document.querySelectorAll('svg > svg')].map((panel) => ({
    words: [...panel.querySelectorAll('text')].map(({ textContent }) => textContent),
    lines: [...panel.querySelectorAll('[aria-label="line"] path')].map((path) => path.getAttribute('d')!),
    dots: panel.querySelectorAll('[aria-label="dot"] circle').length,
  }));
}

test('loss of training and validation, score and learning rate, with every epoch', () => {
  const [loss, score, rate, ...others] = read(curvesPicture(historyOf(7, true), settings));
  assert.is(others.length, 0);
  assert.equal([loss.lines.length, score.lines.length, rate.lines.length], [2, 1, 1]);
  assert.equal([loss.dots, score.dots, rate.dots], [14, 7, 7]);
  assert.ok(loss.words.includes('blue: training, red: validation; broken line: epoch 4, whose model is kept'));
  assert.match(score.words.join(' '), /top-1/);
});

test('one epoch, many of them, and none judged', () => {
  const one = read(curvesPicture(historyOf(1, false), settings));
  assert.equal(
    one.map(({ dots }) => dots),
    [1, 1],
  );
  const [loss] = read(curvesPicture(historyOf(500, false), settings));
  assert.equal([loss.lines.length, loss.dots], [1, 0]);
  assert.is(loss.lines[0].split(/[ML]/).length, 501);
});

test.run();

import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderTimeline } from './timeline.ts';

const cpu = { name: 'CPU', bars: [{ label: 'wait', start: 0, end: 40 }] };
const gpu = {
  name: 'GPU',
  bars: [
    { label: 'encoder.layers.0.<self>', start: 0, end: 10, kind: 'attention' },
    { label: 'encoder.layers.0', start: 10, end: 39.99, kind: 'row_chain' },
    { label: 'head', start: 39.99, end: 40, kind: 'row_chain' },
  ],
};

test('bars stand to scale, in the colour of their kind, each with its name and time', () => {
  const { document } = parseHTML(`<html><body>${renderTimeline([cpu, gpu], 40)}</body></html>`);
  const groups = [...document.querySelectorAll('g')];
  assert.equal(
    groups.map((group) => group.querySelector('title')!.textContent),
    [
      'wait: 40 ms, from 0',
      'encoder.layers.0.<self> (attention): 10 ms, from 0',
      'encoder.layers.0 (row_chain): 29.99 ms, from 10',
      'head (row_chain): 0.01 ms, from 39.99',
    ],
  );
  const rects = groups.map((group) => group.querySelector('rect')!);
  const [wait, attention, layer, head] = rects.map((rect) => ({
    x: Number(rect.getAttribute('x')),
    width: Number(rect.getAttribute('width')),
    fill: rect.getAttribute('fill'),
  }));
  assert.ok(Math.abs(attention.width / wait.width - 1 / 4) < 0.01);
  assert.ok(Math.abs(layer.x - wait.x - wait.width / 4) < 1);
  assert.ok(head.width > 0.5, 'what is too short for the scale is still seen');
  assert.equal([wait.fill, layer.fill], ['none', head.fill]);
  assert.is.not(attention.fill, layer.fill);
  const words = [...document.querySelectorAll('svg > text')].map((text) => text.textContent);
  for (const word of ['CPU', 'GPU', 'ms', '0', '20', '40', 'attention', 'row_chain'])
    assert.ok(words.includes(word), word);
});

test('a name stands in its bar as far as it fits', () => {
  const bar = (label: string, width: number) => ({ name: '', bars: [{ label, start: 0, end: width, kind: 'k' }] });
  const shown = (width: number) =>
    parseHTML(renderTimeline([bar('encoder.layers.0', width)], 100)).document.querySelector('g text')?.textContent;
  assert.equal([shown(50), shown(8), shown(2)], ['encoder.layers.0', 'layers.0', '0']);
  assert.is(shown(0.5), undefined);
});

test.run();

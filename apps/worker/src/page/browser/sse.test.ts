import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventReader } from './sse.ts';

const STREAM =
  'event: stage\ndata: {"stage":"track","done":1,"total":32}\n\n: still there\n\nevent: answer\r\ndata: {"top":\r\ndata: []}\r\n\r\ndata: no JSON\n\ndata: 1\n\n';
const EVENTS = [
  { event: 'stage', data: { stage: 'track', done: 1, total: 32 } },
  { event: 'answer', data: { top: [] } },
  { event: 'message', data: 1 },
];

test('events come out once, however the text is cut', () => {
  for (let step = 1; step <= STREAM.length; step++) {
    const read = eventReader();
    const events = [];
    for (let end = step; end < STREAM.length + step; end += step) events.push(...read(STREAM.slice(0, end)));
    assert.equal(events, EVENTS, `${step} characters at a time`);
  }
});

test('an event that is not whole yet is none', () => {
  assert.equal(eventReader()('event: answer\ndata: {}\n'), []);
});

test.run();

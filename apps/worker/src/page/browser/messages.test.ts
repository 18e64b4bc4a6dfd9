import { badInput, DeviceLostError, MovtError } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { whyRefused } from './input.ts';
import { explainFailure, PageError } from './messages.ts';

test('an error is said with a title, in a sentence, and where the server may help', () => {
  const bad = explainFailure(badInput({ action: 'opening x.mp4', given: 'nothing', needed: 'a video' }));
  assert.is(bad.title, 'This video cannot be used');
  assert.match(bad.detail, /^Opening x\.mp4: .*\.$/);
  assert.is(bad.serverMay, false);

  const codec = explainFailure(new MovtError('missing_dependency', 'opening x.mp4: this browser cannot decode it.'));
  assert.is(codec.serverMay, true);

  const lost = explainFailure(new DeviceLostError('tracking points', 'unknown', ''));
  assert.match(lost.detail, /once more/);
  assert.is(lost.serverMay, true);

  assert.match(explainFailure(new DOMException('no', 'NotAllowedError')).title, 'camera was refused');
  assert.match(explainFailure(new DOMException('no', 'NotFoundError')).title, 'no camera');
  assert.equal(explainFailure(new PageError('A', 'b')), { title: 'A', detail: 'b', serverMay: false });
  assert.is(explainFailure(new PageError('A', 'b', { serverMay: true })).serverMay, true);
  assert.is(explainFailure(new TypeError('failed to fetch')).detail, 'Failed to fetch.');
  assert.is(explainFailure('odd').detail, 'Odd.');
});

test('what is no video is refused before it is opened', () => {
  const video = { name: 'a.mp4', size: 10, type: 'video/mp4' };
  assert.is(whyRefused(video), null);
  assert.is(whyRefused({ ...video, type: '' }), null);
  assert.match(whyRefused({ ...video, size: 0 })!, 'empty');
  assert.match(whyRefused({ ...video, size: 3e9 })!, '3.0 GB');
  assert.match(whyRefused({ ...video, type: 'image/png' })!, 'a picture');
  assert.match(whyRefused({ ...video, type: 'audio/mp4' })!, 'no video');
});

test.run();

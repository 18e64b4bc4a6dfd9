import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gpuNeed } from './gpu-need.ts';

const need = (line: string) => gpuNeed(line.split(' '));

test('commands without --device need any adapter', () => {
  for (const line of ['demo', 'track a.mp4 -o b', 'info --device wasm']) assert.is(need(line), 'any', line);
});

test('help needs none', () => {
  assert.is(gpuNeed([]), 'none');
});

test('predict needs what its --device says', () => {
  const predict = 'predict --model m --tracks t --json';
  assert.is(need(predict), 'real');
  assert.is(need(`${predict} --device auto`), 'real');
  assert.is(need(`${predict} --device gpu`), 'any');
  assert.is(need(`${predict} --device=gpu`), 'any');
  for (const device of ['wasm', 'cpu']) assert.is(need(`${predict} --device ${device}`), 'none');
});

test('a video is tracked on some adapter, wherever the model runs', () => {
  for (const device of ['auto', 'gpu', 'wasm', 'cpu']) {
    assert.is(need(`predict --model m --device ${device} --video v.mp4`), 'any');
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { takeAdapterOption } from './launch.ts';

test('--adapter is taken out, in either spelling, from anywhere before --', () => {
  for (const args of [
    ['--adapter', 'gpu', 'track', 'a.mp4'],
    ['track', '--adapter=gpu', 'a.mp4'],
    ['track', 'a.mp4', '--adapter', 'gpu'],
  ]) {
    assert.equal(takeAdapterOption(args, {}), { request: 'gpu', rest: ['track', 'a.mp4'] });
  }
  assert.equal(takeAdapterOption(['track', '--', '--adapter', 'gpu'], {}), {
    request: 'auto',
    rest: ['track', '--', '--adapter', 'gpu'],
  });
});

test('the option outranks MOVT_ADAPTER, which outranks the Vulkan loader’s own variables', () => {
  const env = { MOVT_ADAPTER: 'lavapipe', VK_DRIVER_FILES: '/new.json', VK_ICD_FILENAMES: '/old.json' };
  assert.is(takeAdapterOption(['--adapter', 'gpu'], env).request, 'gpu');
  assert.is(takeAdapterOption([], env).request, 'lavapipe');
  assert.is(takeAdapterOption([], { ...env, MOVT_ADAPTER: '' }).request, '/new.json');
  assert.is(takeAdapterOption([], { VK_ICD_FILENAMES: '/old.json' }).request, '/old.json');
  assert.is(takeAdapterOption([], {}).request, 'auto');
});

test('--adapter with nothing after it is bad input', () => {
  for (const args of [
    ['track', '--adapter'],
    ['--adapter=', 'track'],
    ['--adapter', ''],
  ]) {
    assert.throws(() => takeAdapterOption(args, {}), /got nothing after it, need auto/);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fewestShaders } from './fewest-shaders.ts';

const run = (name: string, form: string, flags: Record<string, boolean>, bench = false) => ({
  name,
  form,
  bench,
  variant: { source: '', flags, overrides: { SIZE: 8 }, workgroups: [1, 1, 1] as const },
});
const namesOf = (runs: readonly { name: string }[]) => runs.map(({ name }) => name);

test('every flag on and off in each form, in as few shaders as show it', () => {
  const none = run('none', 'cpu', { A: false, B: false });
  const a = run('a', 'cpu', { A: true, B: false });
  const b = run('b', 'cpu', { A: false, B: true });
  const both = run('both', 'cpu', { A: true, B: true });
  const again = run('again', 'cpu', { A: true, B: true });
  const other = run('other', 'gpu', { A: false, B: false });
  assert.equal(namesOf(fewestShaders([none, a, b, both, again, other])), ['none', 'both', 'again', 'other']);
});

test('what models run is run, and counts', () => {
  const none = run('none', 'cpu', { A: false, B: false });
  const a = run('a', 'cpu', { A: true, B: false }, true);
  const b = run('b', 'cpu', { A: false, B: true }, true);
  assert.equal(namesOf(fewestShaders([none, a, b])), ['a', 'b']);
});

test('a kernel without flags and overrides keeps its cases', () => {
  const plain = { form: 'cpu', bench: false, variant: { source: '', workgroups: [1, 1, 1] as const } };
  assert.is(fewestShaders([plain, plain]).length, 2);
});

test.run();

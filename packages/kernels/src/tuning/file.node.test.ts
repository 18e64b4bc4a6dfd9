import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readTuning, tuningPath, writeTuning } from './file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuning-test-'));
process.env.XDG_CACHE_HOME = folder;
const adapter = { name: 'one 1.0', vendor: 'v', architecture: 'a' };
const other = { ...adapter, name: 'one 1.1' };
const warnings: string[] = [];
const read = (which = adapter) => readTuning(which, (line) => warnings.push(line));

test('what is written is read again, by the same adapter only', async () => {
  assert.equal(await read(), {});
  const path = await writeTuning(adapter, 'matmul 1x2x3x4', { THREADS_M: 8 });
  await writeTuning(adapter, 'matmul 9x2x3x4', { THREADS_M: 16 });
  assert.equal(await read(), { 'matmul 1x2x3x4': { THREADS_M: 8 }, 'matmul 9x2x3x4': { THREADS_M: 16 } });
  assert.equal(await read(other), {});
  assert.equal(readdirSync(dirname(path)).length, 1, 'nothing half-written is left');
  assert.equal(warnings, []);
});

test("a file under another adapter's name is passed over", async () => {
  writeFileSync(tuningPath(other), readFileSync(tuningPath(adapter)));
  assert.equal(await read(other), {});
  assert.match(warnings.pop()!, 'of another adapter');
});

test('a broken file is passed over with a warning, and written anew', async () => {
  const path = tuningPath(adapter);
  const whole = readFileSync(path, 'utf8');
  for (const [broken, complaint] of [
    [whole.slice(0, 50), 'JSON'],
    [whole.replace('movt-tuning/1', 'movt-tuning/9'), 'format'],
    [whole.replace(': 8', ': "8"'), 'no whole numbers'],
    [`${whole}${' '.repeat(2 ** 20)}`, 'bytes'],
  ]) {
    writeFileSync(path, broken);
    assert.equal(await read(), {});
    assert.match(warnings.pop()!, complaint);
  }
  await writeTuning(adapter, 'matmul 1x1x1x1', { THREADS_N: 4 });
  assert.equal(await read(), { 'matmul 1x1x1x1': { THREADS_N: 4 } });
});

test('a place that cannot be written is an error in words', async () => {
  process.env.XDG_CACHE_HOME = join(folder, 'file');
  writeFileSync(join(folder, 'file'), '');
  try {
    await writeTuning(adapter, 'matmul', {});
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, 'MovtError');
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();

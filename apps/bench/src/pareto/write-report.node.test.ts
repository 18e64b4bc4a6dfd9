import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomReport } from './random-report.ts';
import type { ParetoPoint } from './report.ts';
import { writeReport } from './write-report.ts';

const report = randomReport(Math.floor(Math.random() * 2 ** 32));

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'movt-pareto-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a report is four files, and its JSON is the report', () =>
  inFolder(async (folder) => {
    const target = join(folder, 'a', 'b');
    await writeReport(target, report);
    assert.equal((await readdir(target)).sort(), ['report.csv', 'report.html', 'report.json', 'report.svg']);
    assert.equal(JSON.parse(await readFile(join(target, 'report.json'), 'utf8')), report);
    assert.match(
      await readFile(join(target, 'report.svg'), 'utf8'),
      /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/,
    );
    assert.match(await readFile(join(target, 'report.html'), 'utf8'), /^<!doctype html>/);
  }));

test('a report without results, or with figures that cannot be, is refused before anything is written', () =>
  inFolder(async (folder) => {
    const [point, other] = report.points;
    const cases: [ParetoPoint[], RegExp][] = [
      [[], /got no results, need at least one measured point: run the studies first/],
      [[point, { ...other, key: point.key }], /got key ".*", need a name of its own/],
      [[{ ...point, key: 'a b' }], /got key "a b"/],
      [
        [{ ...point, top1: { mean: 91.5, sd: 0, seeds: [91.5] } }],
        /got top-1 91.5, 91.5 of .*, need a mean and at least one seed, shares of 0 … 1/,
      ],
      [[{ ...point, top1: { mean: 0.5, sd: 0, seeds: [] } }], /at least one seed/],
      [[{ ...point, ms: { model: 0, tracker: 0, decode: 0 } }], /got 0 ms a clip, model for .*, need a cost above 0/],
      [[{ ...point, ms: { model: Number.NaN, tracker: 0, decode: 0 } }], /got NaN ms/],
    ];
    for (const [points, message] of cases) {
      const error = await writeReport(join(folder, 'out'), { ...report, points }).then(
        () => null,
        (thrown) => thrown as Error & { code: string },
      );
      assert.is(error?.code, 'bad_input');
      assert.match(error!.message, message);
    }
    assert.equal(await readdir(folder), []);
  }));

test.run();

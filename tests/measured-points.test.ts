import { readFile } from 'node:fs/promises';
import { costOf, modelOf, parseModelConfig, presetConfig, videomaePreset } from 'movt';
import { MEASURED_ON, MEASURED_POINTS, type MeasuredPoint, TRACKING_MMAC } from 'movt/motion-12/measured';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface RecipePart {
  readonly motion12: { readonly train: number; readonly test: number; readonly points: number };
  readonly seeds: readonly number[];
  readonly movt: { readonly models: Record<string, { preset: string }> };
  readonly videomae: { readonly models: Record<string, { frames: number }> };
}

const recipe = JSON.parse(await readFile('recipes/pareto.json', 'utf8')) as RecipePart;
const { points } = MEASURED_ON;
const outputs = 12;

/** 10⁶ multiply-accumulates of one clip, by what a label names. */
function counted(name: string): number {
  const [, model, frames] = name.match(/^([\w-]+), (\d+) frames$/) ?? [];
  const shape = { batch: 1, frames: Number(frames), points };
  if (recipe.movt.models[model!]) {
    const { preset, ...differences } = recipe.movt.models[model!]!;
    return 1e3 * costOf(modelOf({ ...presetConfig(preset, outputs), ...differences }), shape).mac.gops;
  }
  const { size, patch, ...defaults } = videomaePreset('videomae-small', { frames: 16, outputs });
  const config = parseModelConfig({ ...defaults, size, patch, ...recipe.videomae.models[model!] }, name);
  return 1e3 * costOf(modelOf(config), { ...shape, points: (16 / 4) ** 2 }).mac.gops;
}

const close = (given: number, needed: number, what: string) =>
  assert.ok(Math.abs(given - needed) < 1e-6 * needed, `${what}: ${given}, counted ${needed}`);

test('what the measured models cost is what their operations are counted to', () => {
  let counts = 0;
  for (const { label, series, mmac } of MEASURED_POINTS) {
    // Its configuration is made from its peer's by the bench.
    if (series === 'PixT') continue;
    if (series === 'Cascade') {
      const [first, second] = label.split(', else ').map(counted) as [number, number];
      const asked = (mmac - first) / second;
      const told = MEASURED_POINTS.find((point) => point.mmac === mmac)!.asked!;
      assert.is(`${Math.round(100 * asked)} % of the clips`, told, label);
    } else {
      close(
        mmac,
        label.split(' + ').reduce((sum, name) => sum + counted(name), 0),
        label,
      );
    }
    counts++;
  }
  assert.is(counts, MEASURED_POINTS.length - 1);
});

test('the accuracies are those of docs/pareto.md and its picture', async () => {
  const [text, picture] = await Promise.all(
    ['docs/pareto.md', 'docs/pareto.svg'].map((path) => readFile(path, 'utf8')),
  );
  const { train, test, seeds } = MEASURED_ON;
  assert.match(text!, `${train} clips to train on`);
  assert.match(text!, `${test} to judge by`);
  assert.equal({ train, test, points, seeds }, { ...only(recipe.motion12), seeds: recipe.seeds.length });
  for (const point of MEASURED_POINTS) {
    const { label, mmac, tracked, series } = point;
    const gmac = Number(((mmac + (tracked ? TRACKING_MMAC : 0)) / 1e3).toPrecision(3));
    assert.match(picture!, `${label}\ntop-1 ${spread(point, ' %')} (2 seeds)\n${gmac} GMAC a clip, model + tracker`);
    if (['MovT', 'PixT', 'VideoMAE'].includes(series)) assert.match(text!, spread(point), label);
  }
});

const only = ({ train, test, points }: RecipePart['motion12']) => ({ train, test, points });
const spread = ({ top1, sd }: MeasuredPoint, unit = '') =>
  `${(100 * top1).toFixed(1)}${unit} ± ${(100 * sd).toFixed(1)}`;

test.run();

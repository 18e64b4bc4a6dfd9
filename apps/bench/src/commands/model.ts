import { badInput, createRandom } from '@movt/kernels';
import { countObjects } from '@movt/kernels/testing';
import { Command } from 'commander';
import { createPredictor, initialWeights, type PresetName, presetConfig, presetNames, type Tracks } from 'movt';
import { median } from '../measure/statistics.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber, wholeNumbers } from '../options.ts';
import { measurePeak } from '../peak.ts';
import { printTable } from '../table.ts';

interface Options {
  batch: number[];
  frames: number;
  points: number;
  runs: number;
  soak: number;
  json?: boolean;
}

/** `bench model`: what one forward pass costs, and that it stays so. */
export function modelCommand(): Command {
  return new Command('model')
    .description('time a model on random tracks: dispatches, median, rate, share of the measured multiply-add peak')
    .argument('<preset>', `one of ${presetNames.join(', ')}`)
    .option('--batch <list>', 'clips in a batch', wholeNumbers, [1, 32])
    .option('--frames <T>', 'frames of a clip', wholeNumber(2), 32)
    .option('--points <N>', 'points of a clip', wholeNumber(1), 60)
    .option('--runs <count>', 'timed runs of each batch, after 2 that are not', wholeNumber(1), 15)
    .option('--soak <count>', 'then run the first batch this often and compare live bytes', wholeNumber(0), 0)
    .option('--json', 'print one JSON document on standard output')
    .action(benchModel);
}

async function benchModel(preset: string, options: Options): Promise<void> {
  if (!presetNames.includes(preset as PresetName)) {
    throw badInput({ action: 'choosing a model', given: preset, needed: `one of ${presetNames.join(', ')}` });
  }
  const context = await openContext();
  const objects = countObjects(context.device);
  const peak = await measurePeak(context);
  const config = presetConfig(preset as PresetName, 27);
  const checkpoint = { config, weights: initialWeights(config, 1), task: 'classification', classes: null } as const;
  const rows: Record<string, number>[] = [];
  for (const batch of options.batch) {
    const predictor = createPredictor(context, checkpoint);
    const compile_ms = await predictor.warmUp([{ batch, frames: options.frames, points: options.points }]);
    const clips = drawClips(batch, options.frames, options.points);
    await predictor.predict(clips);
    const made = objects.count;
    const times: number[] = [];
    let cost = (await predictor.predict(clips)).cost;
    for (let run = 0; run < options.runs; run++) {
      console.error(`batch ${batch}: run ${run + 1} of ${options.runs}`);
      cost = (await predictor.predict(clips)).cost;
      times.push(cost.runMs);
    }
    const live = context.liveBytes;
    for (let run = 0; batch === options.batch[0] && run < options.soak; run++) await predictor.predict(clips);
    const median_ms = median(times);
    const gflop_per_s = cost.flops / median_ms / 1e6;
    rows.push({
      batch,
      dispatches: cost.dispatches,
      gflop: cost.flops / 1e9,
      compile_ms,
      median_ms,
      min_ms: Math.min(...times),
      gflop_per_s,
      peak_share: (gflop_per_s * 1e9) / peak,
      objects_created: objects.count - made,
      live_bytes: live,
      live_bytes_growth: context.liveBytes - live,
      read_back_bytes: cost.readBackBytes,
    });
    await predictor.destroy();
  }
  const { frames, points, soak } = options;
  const report = {
    adapter: context.adapter.name,
    software: context.traits.software,
    peak_gflop_per_s: peak / 1e9,
    preset,
    frames,
    points,
    soak,
    rows,
  };
  context.destroy();
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(
      `${preset}, T ${frames}, N ${points}, on ${report.adapter}; multiply-add peak ${report.peak_gflop_per_s.toFixed(1)} GFLOP/s`,
    );
    printTable(rows);
  }
}

function drawClips(batch: number, T: number, N: number): Tracks[] {
  const random = createRandom(batch);
  return Array.from({ length: batch }, () => {
    const data = random.uniform(T * N * 3, -1, 1).map((value, i) => (i % 3 === 2 ? Number(value > 0.8) : value));
    return { data, T, N };
  });
}

import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { countObjects } from '@movt/kernels/testing';
import { Command } from 'commander';
import { initialWeights, presetConfig, presetNames } from 'movt';
import { measurePeak } from '../ceilings/multiply-add.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { measureBatch } from '../model/measure-batch.ts';
import { breakdownSection, dispatchSections, headline, printSections, summarySection } from '../model/report.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber } from '../options.ts';
import { checkOutput } from '../output.ts';
import { planPeers } from '../peers/plan-peers.ts';
import { peersText } from '../peers/report.ts';
import { renderTrainPage } from '../train/page.ts';
import type { TrainReport } from '../train/report.ts';
import { trainRunner } from '../train/train-runner.ts';

interface Options {
  batch: number;
  frames: number;
  points: number;
  rounds: number;
  peers?: boolean;
  json?: boolean;
  html?: string;
}

/** `bench train`: what a training step costs, where its time goes, and what it takes elsewhere. */
export function trainCommand(): Command {
  return new Command('train')
    .description(
      'time a training step of a model, dispatch by dispatch, and beside TensorFlow.js and jax-js on the same adapter',
    )
    .argument('[preset]', `one of ${presetNames.join(', ')}`, 'movt-base')
    .option('--batch <B>', 'clips in a batch', wholeNumber(1), 32)
    .option('--frames <T>', 'frames of a clip', wholeNumber(2), 32)
    .option('--points <N>', 'points of a clip', wholeNumber(1), 60)
    .option('--rounds <count>', 'timed steps, of each peer too', wholeNumber(1), 7)
    .option('--peers', 'beside TensorFlow.js and jax-js on WebGPU, with losses and weights compared first')
    .option('--json', 'print one JSON document on standard output')
    .option('--html <file>', 'also write the report as a page')
    .action(benchTrain);
}

async function benchTrain(preset: string, options: Options): Promise<void> {
  const { batch, frames, points, rounds, peers, json, html } = options;
  if (html !== undefined) await checkOutput(html);
  const config = presetConfig(preset, 27);
  const race = peers && (await planPeers('train', preset, { batch: [batch], frames, points, rounds }));
  const context = await openContext();
  const objects = countObjects(context.device);
  console.error('measuring the multiply-add peak');
  const peak = await measurePeak(context);
  const start = () => trainRunner(context, config, initialWeights(config, 1), { batch, frames, points });
  const once = { batch, runs: rounds, seconds: Number.POSITIVE_INFINITY, soak: 0 };
  const { row, profile } = await measureBatch(context, objects, start, peak, once);
  context.destroy(); // the peers have the adapter to themselves
  const { software } = context.traits;
  const report: TrainReport = {
    format: 'movt-bench-train/1',
    fingerprint: fingerprintOf(context),
    software,
    peak_gflop_per_s: peak / 1e9,
    preset,
    frames,
    points,
    step: row,
    peers: race ? await race(software, (line) => console.error(`bench: ${line}`)) : null,
  };
  if (html !== undefined) await writeFileAtomic(html, renderTrainPage(report, profile));
  if (json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
}

function printReport(report: TrainReport): void {
  const { step, peers } = report;
  console.log(headline(report));
  printSections([summarySection([step]), breakdownSection(step), ...dispatchSections(step)]);
  if (peers) console.log(`\nBeside its peers\n${peersText(peers)}`);
}

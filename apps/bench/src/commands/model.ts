import { MovtError } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { countObjects } from '@movt/kernels/testing';
import { Command } from 'commander';
import { measurePeak } from '../ceilings/multiply-add.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { measureFirstAnswers } from '../model/first-answer.ts';
import { type BatchRow, measureBatch } from '../model/measure-batch.ts';
import { renderModelPage } from '../model/page.ts';
import { predictRunner } from '../model/predict-runner.ts';
import {
  breakdownSection,
  dispatchSections,
  firstAnswerSections,
  headline,
  type ModelReport,
  printSections,
  summarySection,
} from '../model/report.ts';
import type { RunProfile } from '../model/run-profile.ts';
import { tracedRun } from '../model/traced-run.ts';
import { workloadNames, workloadOf } from '../model/workload.ts';
import { openContext } from '../open-context.ts';
import { wholeNumber, wholeNumbers } from '../options.ts';
import { checkOutput } from '../output.ts';
import { renderTrace } from '../report/trace.ts';

interface Options {
  batch: number[];
  frames: number;
  points: number;
  runs: number;
  seconds: number;
  soak: number;
  trace?: string;
  html?: string;
  json?: boolean;
}

/** `bench model`: what one forward pass costs, where its time goes, and that it stays so. */
export function modelCommand(): Command {
  return new Command('model')
    .description(
      'time a model on random clips: where the time goes, dispatch by dispatch, and the first answer of a fresh process',
    )
    .argument('<preset>', `one of ${workloadNames.join(', ')}`)
    .option('--batch <list>', 'clips in a batch', wholeNumbers, [1, 32])
    .option('--frames <T>', 'frames of a clip', wholeNumber(1), 32)
    .option('--points <N>', 'points of a clip, or pixels of PixT; VideoMAE takes whole frames', wholeNumber(1), 60)
    .option(
      '--runs <count>',
      'timed runs of each batch at most; fewer when the median is known well',
      wholeNumber(1),
      15,
    )
    .option('--seconds <count>', 'timing a batch stops after so long, once there are 3 runs', wholeNumber(1), 20)
    .option('--soak <count>', 'then run the first batch this often and compare live bytes', wholeNumber(0), 0)
    .option('--trace <file>', "write the profiled runs as a trace for ui.perfetto.dev, in Chrome's format")
    .option('--html <file>', 'write a page with timelines')
    .option('--json', 'print one JSON document on standard output')
    .action(benchModel);
}

async function benchModel(preset: string, options: Options): Promise<void> {
  const { batch, frames, soak } = options;
  const workload = workloadOf(preset, frames, options.points);
  const { points } = workload.model.shapeOf(workload.drawClips(1));
  for (const path of [options.trace, options.html]) if (path !== undefined) await checkOutput(path);
  const context = await openContext();
  const objects = countObjects(context.device);
  console.error('measuring the multiply-add peak');
  const peak = await measurePeak(context);
  const rows: BatchRow[] = [];
  const profiles: RunProfile[] = [];
  for (const [i, size] of batch.entries()) {
    const sized = { ...options, batch: size, soak: i === 0 ? soak : 0 };
    const start = () => predictRunner(context, workload, size);
    const { row, profile } = await measureBatch(context, objects, start, peak, sized);
    rows.push(row);
    profiles.push(profile);
  }
  context.destroy();
  console.error(`first answers of fresh processes, batch ${batch[0]}`);
  const sizes = ['--batch', `${batch[0]}`, '--frames', `${frames}`, '--points', `${options.points}`];
  const report: ModelReport = {
    format: 'movt-bench-model/1',
    fingerprint: fingerprintOf(context),
    software: context.traits.software,
    peak_gflop_per_s: peak / 1e9,
    preset,
    frames,
    points,
    soak,
    rows,
    first_answer: await measureFirstAnswers(batch[0], [preset, ...sizes]).catch(tellAndGoOn),
  };
  if (options.trace !== undefined) {
    const runs = profiles.map((profile, i) => tracedRun(`${preset}, batch ${batch[i]}`, profile));
    await writeFileAtomic(options.trace, renderTrace(runs, { ...report.fingerprint, software: report.software }));
  }
  if (options.html !== undefined) await writeFileAtomic(options.html, renderModelPage(report, profiles));
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
}

/** What was measured until then is worth more than what comes last. */
function tellAndGoOn(error: unknown): null {
  if (!(error instanceof MovtError)) throw error;
  console.error(error.message);
  return null;
}

function printReport(report: ModelReport): void {
  console.log(headline(report));
  const batches = report.rows.flatMap((row) => [breakdownSection(row), ...dispatchSections(row)]);
  printSections([summarySection(report.rows), ...batches, ...firstAnswerSections(report)]);
}

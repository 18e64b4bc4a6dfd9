import { readFileBytes } from '@movt/kernels/safetensors/file';
import { evaluateTracker, parseAnnotations, timeTracker } from '@movt/tracker/evaluate';
import { openVideo } from '@movt/tracker/frames';
import { Command } from 'commander';
import { openContext } from '../open-context.ts';
import { wholeNumbers } from '../options.ts';
import { printTable } from '../table.ts';

interface Options {
  video: string;
  truth?: string;
  points: number[];
  json?: boolean;
}

/** `bench tracker`: how well the tracker follows annotated points, and its time a frame. */
export function trackerCommand(): Command {
  return new Command('tracker')
    .description('track a video: TAP-Vid metrics against annotated points, and milliseconds a frame')
    .requiredOption('--video <file>', 'the video')
    .option('--truth <file>', 'annotations: JSON { width, height, frames: [{ frame, points: [[x, y] or null, …] }] }')
    .option('--points <list>', 'numbers of points to time', wholeNumbers, [60, 400, 1600])
    .option('--json', 'print one JSON document on standard output')
    .action(benchTracker);
}

async function benchTracker({ video, truth, points, json }: Options): Promise<void> {
  const annotations =
    truth === undefined ? undefined : parseAnnotations(new TextDecoder().decode(await readFileBytes(truth)), truth);
  const context = await openContext();
  const evaluation = annotations && (await evaluateTracker(context, await openVideo(video), annotations));
  const times = await timeTracker(context, await openVideo(video), points);
  const rows = points.map((count, i) => ({ points: count, ms_per_frame: times[i] }));
  const { AJ, delta_avg, OA } = evaluation?.metrics ?? {};
  if (json)
    console.log(
      JSON.stringify({ adapter: context.adapter.name, video, metrics: { AJ, delta_avg, OA }, rows }, null, 2),
    );
  else {
    if (evaluation) printTable([{ AJ: AJ!, delta_avg: delta_avg!, OA: OA!, queries: evaluation.queries.length }]);
    printTable(rows);
  }
  context.destroy();
}

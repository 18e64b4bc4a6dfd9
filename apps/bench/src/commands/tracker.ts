import { readFile } from 'node:fs/promises';
import { badInput, createContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { evaluateTracker, parseAnnotations, timeTracker } from '@movt/tracker/evaluate';
import { openVideo } from '@movt/tracker/frames';
import { Command } from 'commander';
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
  const annotations = truth === undefined ? undefined : parseAnnotations(await readText(truth), truth);
  const context = await createContext({ gpu: await platformGpu() });
  console.error(`adapter: ${context.adapter.name}`);
  if (context.traits.software) console.error('A software adapter: times compare only within this run.');
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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw badInput({ action: `reading ${path}`, given: (error as Error).message, needed: 'a readable file' });
  }
}

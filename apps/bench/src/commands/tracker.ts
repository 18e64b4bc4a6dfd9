import { MovtError } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import type { TapVidMetrics } from '@movt/tracker';
import { evaluateTracker, parseAnnotations, timeTracker, timingClip } from '@movt/tracker/evaluate';
import { openVideo } from '@movt/tracker/frames';
import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { openContext } from '../open-context.ts';
import { wholeNumbers } from '../options.ts';
import { installPackages } from '../peers/install.ts';
import { PEERS_FOLDER } from '../peers/list.ts';
import { alignCells } from '../peers/report.ts';
import { startOpenCv, type TrackerPeer } from '../peers/tracker-peer.ts';

interface Options {
  video: string;
  truth?: string;
  points: number[];
  peers?: boolean;
  json?: boolean;
}

/** What was measured of one tracker. */
interface TrackerRow {
  tracker: string;
  version: string;
  adapter: string;
  /** Without annotations there are none. */
  metrics?: Pick<TapVidMetrics, 'AJ' | 'delta_avg' | 'OA'>;
  times: { points: number; ms_per_frame: number }[];
}

/** A tracker to measure: ours, or a peer. */
type Contender = Pick<TrackerPeer, 'name' | 'version' | 'adapter' | 'evaluate' | 'time'>;

/** `bench tracker`: how well the tracker follows annotated points, and its time a frame. */
export function trackerCommand(): Command {
  return new Command('tracker')
    .description('track a video: TAP-Vid metrics against annotated points, and milliseconds a frame')
    .requiredOption('--video <file>', 'the video')
    .option('--truth <file>', 'annotations: JSON { width, height, frames: [{ frame, points: [[x, y] or null, …] }] }')
    .option('--points <list>', 'numbers of points to time', wholeNumbers, [60, 400, 1600])
    .option('--peers', "beside OpenCV's Lucas–Kanade (OpenCV.js, on the processor)")
    .option('--json', 'print one JSON document on standard output')
    .action(benchTracker);
}

async function benchTracker({ video, truth, points, peers, json }: Options): Promise<void> {
  const annotations =
    truth === undefined ? undefined : parseAnnotations(new TextDecoder().decode(await readFileBytes(truth)), truth);
  const measure = async ({ name, version, adapter, evaluate, time }: Contender): Promise<TrackerRow> => {
    const metrics = annotations && (await evaluate(await openVideo(video), annotations));
    const times = await time(await timingClip(await openVideo(video)), points);
    return {
      tracker: name,
      version,
      adapter,
      ...(metrics && { metrics: { AJ: metrics.AJ, delta_avg: metrics.delta_avg, OA: metrics.OA } }),
      times: points.map((count, i) => ({ points: count, ms_per_frame: times[i] })),
    };
  };

  if (peers) await installPackages(PEERS_FOLDER, say);
  const context = await openContext();
  const rows = [
    await measure({
      name: 'movt',
      version: manifest.version,
      adapter: context.adapter.name,
      evaluate: async (source, truth) => (await evaluateTracker(context, source, truth)).metrics,
      time: (clip, counts) => timeTracker(context, clip, counts),
    }),
  ];
  context.destroy();
  if (peers) {
    let opencv: TrackerPeer | undefined;
    try {
      opencv = await startOpenCv();
      rows.push(await measure(opencv));
    } catch (error) {
      if (error instanceof MovtError) throw error;
      // Ours was measured all the same.
      say(`OpenCV.js: ${(error as Error).message}`);
      process.exitCode = 1;
    } finally {
      opencv?.stop();
    }
  }
  if (json) console.log(JSON.stringify({ video, rows }, null, 2));
  else console.log(alignCells(tableCells(rows)));
}

const say = (line: string) => console.error(`bench: ${line}`);

/** Times are milliseconds a frame, by number of points. */
function tableCells(rows: readonly TrackerRow[]): string[][] {
  const names = Object.keys(rows[0].metrics ?? {}) as (keyof NonNullable<TrackerRow['metrics']>)[];
  return [
    ['tracker', 'version', 'runs on', ...names, ...rows[0].times.map(({ points }) => `ms a frame, ${points} points`)],
    ...rows.map(({ tracker, version, adapter, metrics, times }) => [
      tracker,
      version,
      adapter,
      ...names.map((name) => metrics![name].toFixed(3)),
      ...times.map(({ ms_per_frame }) => ms_per_frame.toFixed(1)),
    ]),
  ];
}

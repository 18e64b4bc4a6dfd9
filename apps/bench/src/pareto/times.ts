import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GpuContext } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { modelOf, predictorOf, type VideoClip } from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import type { Workspace } from '../experiment/workspace.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import { median } from '../measure/statistics.ts';
import type { Fingerprint } from '../measure/types.ts';

/** Untimed runs before the first timed one, and timed ones. */
const [WARM_UPS, ROUNDS] = [3, 15];

/** Times of one adapter. */
export interface Times {
  readonly fingerprint: Fingerprint;
  readonly software: boolean;
  /** Milliseconds a clip, by the key of the run that was timed. */
  readonly ms: Readonly<Record<string, number>>;
}

const pathOf = ({ folder }: Workspace) => join(folder, 'times.json');

/** The stored times; null where there are none, or not of all of these models. */
export async function readTimes(workspace: Workspace, models: readonly Trained[]): Promise<Times | null> {
  const text = await readFile(pathOf(workspace), 'utf8').catch(() => null);
  if (text === null) return null;
  const times = parseTimes(text);
  return times && models.every(({ request }) => runKey(request) in times.ms) ? times : null;
}

/** Null for what is no such file: it is measured anew. */
function parseTimes(text: string): Times | null {
  try {
    const times: Partial<Times> = JSON.parse(text);
    return times.fingerprint && times.ms ? (times as Times) : null;
  } catch {
    return null;
  }
}

/**
 * Milliseconds that each model takes for one clip by itself, from the clip in memory to its answer: medians. The models take turns, so that
 * whatever else the machine does hits all alike. They are stored, so that the same report comes out again; another adapter's are measured anew.
 */
export async function measureTimes(
  context: GpuContext,
  workspace: Workspace,
  models: readonly Trained[],
): Promise<Times> {
  const fingerprint = fingerprintOf(context);
  const known = await readTimes(workspace, models);
  if (known && known.fingerprint.driver === fingerprint.driver) return known;
  const runners = await Promise.all(models.map((model) => runnerOf(context, model)));
  const times: number[][] = models.map(() => []);
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const [i, { run }] of runners.entries()) {
      const started = performance.now();
      await run();
      if (round >= 0) times[i].push(performance.now() - started);
    }
  }
  for (const { destroy } of runners) await destroy();
  const ms = Object.fromEntries(models.map(({ request }, i) => [runKey(request), median(times[i])]));
  const stored: Times = { fingerprint, software: context.traits.software, ms };
  await writeFileAtomic(pathOf(workspace), `${JSON.stringify(stored, null, 2)}\n`);
  return stored;
}

async function runnerOf(context: GpuContext, { folder, request: { data } }: Trained) {
  const { config, weights } = await readModelCheckpoint(folder);
  const predictor = predictorOf(context, modelOf(config), weights);
  const clip = await inMemory(data.set.clips[0]);
  return { run: () => predictor.predict([clip]), destroy: predictor.destroy };
}

/** A clip whose pictures have been read: reading them is decoding, which is told apart. */
async function inMemory(clip: unknown): Promise<unknown> {
  if (typeof clip !== 'object' || clip === null) return clip;
  if ('video' in clip) return { ...clip, video: await inMemory(clip.video) };
  if (!('pixels' in clip)) return clip;
  const pixels = await (clip as VideoClip).pixels();
  return { ...clip, pixels: () => pixels };
}

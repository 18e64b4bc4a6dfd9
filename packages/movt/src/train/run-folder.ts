/** The folder of a training run. Node and Deno only. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import {
  fileError,
  readFileBytes,
  readSafetensors,
  writeFileAtomic,
  writeSafetensors,
} from '@movt/kernels/safetensors/file';
import { writeCheckpoint } from '../checkpoint-file.ts';
import type { AnyClip, ClipSet } from '../datasets/clip-set.ts';
import type { FitState } from './fit.ts';
import { bestEpoch } from './history.ts';
import { decodeRunState, encodeRunState, parseRun, type Run } from './run-state.ts';

/** What a run's folder holds. `STATE` is the truth; `METRICS` and `CURVES` are drawn from it, and made again when a run is resumed. */
export const MODEL = 'model.safetensors';
export const STATE = 'state.safetensors';
export const METRICS = 'metrics.jsonl';
export const CURVES = 'curves.svg';
export const SETTINGS = 'settings.json';

/** A run as its folder has it; without a state where it was killed in its first epoch. */
export interface StoredRun {
  readonly run: Run;
  readonly state: FitState | null;
}

/** The run in a folder; null where there is none. Throws bad_input for files that are not a run's. */
export async function readRun(folder: string): Promise<StoredRun | null> {
  const files = await listFiles(folder);
  if (files.includes(STATE)) return decodeRunState(await readSafetensors(join(folder, STATE)), join(folder, STATE));
  if (!files.includes(SETTINGS)) return null;
  const path = join(folder, SETTINGS);
  return { run: parseRun(new TextDecoder().decode(await readFileBytes(path, 2 ** 24)), path), state: null };
}

/**
 * Makes the folder ready for a new run.
 * @throws MovtError bad_input where it holds a run or a checkpoint, which would be lost
 */
export async function beginRun(folder: string, run: Run): Promise<void> {
  const taken = (await listFiles(folder)).find((file) => file === STATE || file === MODEL);
  if (taken) {
    throw badInput({
      action: `training into ${folder}`,
      given: `${taken} of an earlier run`,
      needed: 'a new folder',
      fix: 'Or go on with that run: --resume.',
    });
  }
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw fileError('writing', folder, error);
  });
  await writeFileAtomic(join(folder, SETTINGS), `${JSON.stringify(run, null, 2)}\n`);
}

/** Puts right what a kill may have left: files that were being written, and metrics that are not those of the state. */
export async function mendRun(folder: string, { run, state }: StoredRun): Promise<void> {
  for (const file of await listFiles(folder)) {
    if (/^\.(model|state|metrics|curves|settings)\..*\.tmp$/.test(file)) await rm(join(folder, file), { force: true });
  }
  if (!state) return;
  await writeMetrics(folder, state);
  await drawCurves(folder, run, state);
}

/**
 * Stores an epoch. Killed at any moment, the folder holds a state from which all else comes out the same: the model is written before the state
 * that knows of it, and the metrics after.
 */
export async function saveEpoch(folder: string, run: Run, state: FitState, isBest: boolean): Promise<void> {
  if (isBest) {
    const { config, task, classes } = run;
    const notes = { training: JSON.stringify(trainingNotes(run, state)) };
    await writeCheckpoint(join(folder, MODEL), { config, task, classes, weights: state.trainer.weights }, notes);
  }
  const { tensors, metadata } = encodeRunState(run, state);
  await writeSafetensors(join(folder, STATE), tensors, metadata);
  await writeMetrics(folder, state);
}

/** How a model came about, without what differs from one run of the same command to the next. */
function trainingNotes({ settings, data, from, command, adapter }: Run, { history }: FitState) {
  const { clips_per_s: _, ...metrics } = bestEpoch(history, settings)!;
  return { command, seed: settings.seed, metrics, settings, data, from, adapter };
}

async function writeMetrics(folder: string, { history }: FitState): Promise<void> {
  await writeFileAtomic(join(folder, METRICS), history.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** Draws the curves of the epochs so far. */
export async function drawCurves(folder: string, { settings }: Run, { history }: FitState): Promise<void> {
  // What draws takes half a second to load, which commands that draw nothing need not wait for.
  const { curvesPicture } = await import('./curves.ts');
  await writeFileAtomic(join(folder, CURVES), curvesPicture(history, settings));
}

/** The names in a folder; none where it is not there. */
async function listFiles(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw fileError('reading', folder, error);
  });
}

/** SHA-256 of all that training takes from a set, in hexadecimal digits. Reads every video. */
export async function hashSet(set: ClipSet<AnyClip>): Promise<string> {
  const { clips, labels, targets, split, group, classes } = set;
  const hash = createHash('sha256');
  for (const clip of clips) {
    if ('pixels' in clip) hash.update(`${clip.T}×${clip.height}×${clip.width}`).update(await clip.pixels());
    else hash.update(`${clip.T}×${clip.N}`).update(bytesOf(clip.data));
  }
  if (targets) hash.update(bytesOf(targets));
  return hash.update(JSON.stringify({ labels, split, group, classes })).digest('hex');
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

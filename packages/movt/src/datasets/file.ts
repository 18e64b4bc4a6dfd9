/** Data sets on disk. Node and Deno only; a browser hands bytes to the readers. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError, readFileBytes } from '@movt/kernels/safetensors/file';
import { checkTrackSet, type TrackSet } from '@movt/tracker/tracks';
import { readTracks, writeTracks } from '@movt/tracker/tracks-file';
import { readCsv } from './csv.ts';
import { readF32 } from './f32.ts';
import { joinSets, type NamedSet } from './join.ts';
import { readNpy, readNpz } from './numpy.ts';
import type { ReadOptions } from './options.ts';
import { type ByShape, byShape } from './shapes.ts';
import { readUea } from './uea.ts';

const MAX_JSON_BYTES = 64 * 2 ** 20;
/** Half of what a string can hold. */
const MAX_TEXT_BYTES = 2 ** 28;

/** Clips of any T and N as one set. */
export interface Dataset extends TrackSet {
  /** [S] what messages call each clip: `clip 4 of walk.safetensors`. */
  clipNames: string[];
}

/** A reader by what the name of its file ends in. */
const READERS: Record<string, (path: string, options: ReadOptions) => Promise<TrackSet>> = {
  '.npy': async (path, options) => readNpy(await readFileBytes(path), path, options),
  '.npz': async (path, options) => readNpz(await readFileBytes(path), path, options),
  '.csv': async (path, options) => readCsv(await readText(path), path, options),
  '.ts': readArchive,
  '.f32': readPair,
  '.json': readPair,
};

/**
 * Reads tracks of others, by the ending of the file's name.
 *
 * @returns Clips of any T and N, in the file's own coordinates.
 * @throws MovtError bad_input that names the file, the place in it, what is there and what is needed
 */
export async function readForeign(path: string, options: ReadOptions): Promise<TrackSet> {
  const reader = READERS[extname(path).toLowerCase()];
  if (!reader) {
    const needed = `a file that ends in ${Object.keys(READERS).join(', ')}`;
    throw badInput({ action: `reading ${path}`, given: `'${extname(path)}' at the end of its name`, needed });
  }
  const set = await reader(path, options);
  checkTrackSet(set, path);
  if (set.labels && set.targets) {
    throw badInput({
      action: `reading ${path}`,
      given: 'both labels and targets',
      needed: 'one: what is to be learned',
    });
  }
  return set;
}

/**
 * Reads a data set: a tracks file, or all tracks files of a folder, which may differ in frames and points. Groups of
 * one number are one group, whichever file they are in.
 *
 * @throws MovtError bad_input for a malformed file, and for files that are not one set: other classes, or labels,
 * targets, split or group in some of them only
 */
export async function readDataset(path: string): Promise<Dataset> {
  // A file, or nothing at all: `readTracks` says which.
  const files = await readdir(path).catch(() => null);
  const found = files?.filter((file) => file.endsWith('.safetensors') && !file.startsWith('.')).sort();
  if (found?.length === 0) {
    throw badInput({ action: `reading the folder ${path}`, given: 'no tracks file', needed: '.safetensors files' });
  }
  const sets: NamedSet[] = [];
  for (const file of found?.map((name) => join(path, name)) ?? [path]) sets.push({ file, set: await readTracks(file) });
  const clipNames = sets.flatMap(({ file, set }) => set.clips.map((_, s) => `clip ${s} of ${file}`));
  return { ...joinSets(sets, path), clipNames };
}

/** Whether `writeDataset` makes a folder of this name, not a file. */
export const isFolderName = (path: string): boolean => !path.endsWith('.safetensors');

/**
 * Writes a set as one tracks file where `path` ends in .safetensors, or else as a folder with a tracks file for each T
 * and N. It appears whole or not at all.
 *
 * @returns what was written
 * @throws MovtError bad_input for clips of several shapes and the name of a file, and for a folder that holds something
 */
export async function writeDataset(path: string, set: TrackSet): Promise<ByShape[]> {
  const parts = byShape(set);
  if (!isFolderName(path)) {
    if (parts.length > 1) {
      throw badInput({
        action: `writing ${path}`,
        given: `clips of ${parts.length} shapes (${parts
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', ')}…)`,
        needed: 'a name without .safetensors: a folder, with a file for each shape',
      });
    }
    await writeTracks(path, parts[0].set);
    return parts;
  }
  await checkNewFolder(path);
  const whole = resolve(path);
  const temporary = join(
    dirname(whole),
    `.${basename(whole)}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`,
  );
  try {
    await mkdir(temporary);
    for (const { name, set } of parts) await writeTracks(join(temporary, `${name}.safetensors`), set);
    await rename(temporary, whole);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}); // The first error is the one that explains.
    throw fileError('writing', path, error);
  }
  return parts;
}

/** Refuses, before any long work, a folder that could not be written by rename. Throws bad_input. */
export async function checkNewFolder(path: string): Promise<void> {
  const refuse = (given: string) => badInput({ action: `writing ${path}`, given, needed: 'a new or empty folder' });
  const found = await stat(path).catch(() => null);
  if (found && !found.isDirectory()) throw refuse('a file');
  if (found && (await readdir(path)).length) throw refuse('a folder with files in it');
}

/** Numbers and their description: given one, the other lies beside it. */
async function readPair(path: string, options: ReadOptions): Promise<TrackSet> {
  const stem = path.slice(0, -extname(path).length);
  const json = await readFileBytes(`${stem}.json`, MAX_JSON_BYTES);
  return readF32(await readFileBytes(`${stem}.f32`), json, `${stem}.f32`, options);
}

/** A series file; of a pair x_TRAIN.ts and x_TEST.ts both, which are the archive's split. */
async function readArchive(path: string, options: ReadOptions): Promise<TrackSet> {
  const [, stem, half, ending] = /^(.*_)(train|test)(\.ts)$/i.exec(path) ?? [];
  if (half === undefined) return readUea(await readText(path), path, options);
  const names = half === half.toUpperCase() ? ['TRAIN', 'TEST'] : ['train', 'test'];
  const sets: NamedSet[] = [];
  for (const [i, name] of names.entries()) {
    const file = `${stem}${name}${ending}`;
    const set = readUea(await readText(file), file, options);
    sets.push({ file, set: { ...set, split: set.clips.map(() => (i === 0 ? 0 : 2)) } });
  }
  return joinSets(sets, path);
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readFileBytes(path, MAX_TEXT_BYTES));
}

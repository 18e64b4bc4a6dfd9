/** Writes a folder of videos' data clip by clip. Node and Deno only. */
import { appendFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { int64Entry, type TensorShape, uint8Entry } from '@movt/kernels/safetensors';
import { fileError, readFileBytes, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { openSafetensorsWriter, type SafetensorsWriter } from '@movt/kernels/safetensors/part-file';
import { type ClipCost, COST, PIXELS, parseClipCost, REQUEST, sumCosts, TRACKS, VIDEO } from './files.ts';

/** What is to be written. */
export interface FolderPlan {
  /** [S] */
  readonly labels: readonly number[];
  /** [S] 0 train, 1 validation, 2 test. */
  readonly split: readonly number[];
  readonly classes: readonly string[];
  /** Frames of tracks and pixels. */
  readonly frames: number;
  readonly points: number;
  readonly videoFrames: number;
  /** Pixels of a video frame along either side. */
  readonly size: number;
  /** Where the clips came from, in words. */
  readonly source: string;
  /** All that decides the bytes; what was begun is gone on with where it is the same. */
  readonly request: Readonly<Record<string, string | number>>;
}

/** A clip's part of each file. */
export interface ClipData {
  /** [T,N,3] */
  readonly tracks: Float32Array;
  /** [T,N,3] */
  readonly pixels: Uint8Array;
  /** [videoFrames,size,size,3] */
  readonly video: Uint8Array;
}

export interface FolderWriter {
  /** Clips that are there, of an earlier run too: the first so many. */
  readonly done: number;
  /** Adds the next clip. */
  add(clip: ClipData, cost: ClipCost): Promise<void>;
  /** Puts the whole files in their place. */
  finish(): Promise<void>;
  /** Keeps what is there for a later run. */
  close(): Promise<void>;
}

/** Where files lie until they are whole. */
const UNFINISHED = '.unfinished';
/** A line for each clip that is written. */
const JOURNAL = 'journal.jsonl';

/** So often what was written is handed to the disk, and only then entered in the journal; milliseconds. */
const FLUSH_EVERY = 2000;

/**
 * Opens a folder to write clips into, in order; where it was begun with the same request it is gone on with. Memory does not depend on the
 * number of clips. Killed at any moment, the clips of the journal are whole, and the files appear by rename when all are.
 *
 * @returns undefined where all is there already
 * @throws MovtError bad_input for a folder that holds something else, or was begun with another request
 */
export async function openVideoFolderWriter(folder: string, plan: FolderPlan): Promise<FolderWriter | undefined> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    if (error.code !== 'EEXIST') throw fileError('writing', folder, error);
    throw badInput({ action: `writing into ${folder}`, given: 'a file', needed: 'a folder' });
  });
  await claim(folder, plan);
  const unfinished = join(folder, UNFINISHED);
  const names = await readdir(folder);
  if (names.includes(COST)) {
    await rm(unfinished, { recursive: true, force: true });
    return undefined;
  }
  await mkdir(unfinished, { recursive: true });

  const S = plan.labels.length;
  const journal = join(unfinished, JOURNAL);
  const costs = (await readJournal(journal)).slice(0, S);
  // Written anew: a line that was cut off must not run into the next.
  await writeFileAtomic(journal, linesOf(costs));
  // Once all clips are there, files may have been put in their place already.
  const files = costs.length < S ? await openFiles(unfinished, plan) : [];

  let entered = costs.length;
  let flushed = Number.NEGATIVE_INFINITY;
  const flush = async () => {
    for (const { writer } of files) await writer.flush();
    await appendFile(journal, linesOf(costs.slice(entered)));
    entered = costs.length;
    flushed = performance.now();
  };
  const close = async () => {
    await flush();
    for (const { writer } of files) await writer.close();
  };
  return {
    get done() {
      return costs.length;
    },
    async add(clip, cost) {
      for (const { writer, name, bytesOf } of files) {
        const bytes = bytesOf(clip);
        await writer.write(name, costs.length * bytes.length, bytes);
      }
      costs.push(cost);
      if (performance.now() - flushed > FLUSH_EVERY) await flush();
    },
    async finish() {
      await close();
      const written = await readdir(unfinished);
      for (const file of [TRACKS, PIXELS, VIDEO]) {
        if (written.includes(file)) await rename(join(unfinished, file), join(folder, file));
      }
      await writeFileAtomic(join(folder, COST), `${JSON.stringify(sumCosts(costs, plan.frames), null, 2)}\n`);
      await rm(unfinished, { recursive: true });
    },
    close,
  };
}

const linesOf = (costs: readonly ClipCost[]): string => costs.map((cost) => `${JSON.stringify(cost)}\n`).join('');

interface OpenFile {
  readonly writer: SafetensorsWriter;
  readonly name: string;
  bytesOf(clip: ClipData): Uint8Array;
}

async function openFiles(folder: string, plan: FolderPlan): Promise<OpenFile[]> {
  const { labels, split, classes, frames: T, points: N, videoFrames, size, source } = plan;
  const S = labels.length;
  const known = new Map([
    ['labels', int64Entry([S], labels)],
    ['split', uint8Entry([S], Uint8Array.from(split))],
    // Each video is a group of its own.
    ['group', int64Entry([S], [...labels.keys()])],
  ]);
  const metadata = { classes: JSON.stringify(classes), source };
  const open = async (file: string, name: string, shape: TensorShape, bytesOf: OpenFile['bytesOf']) => {
    const writer = await openSafetensorsWriter(join(folder, file), new Map([...known, [name, shape]]), metadata);
    for (const [key, { data }] of known) await writer.write(key, 0, data);
    return { writer, name, bytesOf };
  };
  const videoShape = [S, videoFrames, size, size, 3];
  return [
    await open(TRACKS, 'tracks', { dtype: 'F32', shape: [S, T, N, 3] }, ({ tracks }) => bytesOf(tracks)),
    await open(PIXELS, 'pixels', { dtype: 'U8', shape: [S, T, N, 3] }, ({ pixels }) => pixels),
    await open(VIDEO, 'video', { dtype: 'U8', shape: videoShape }, ({ video }) => video),
  ];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** Refuses a folder that is not this request's. */
async function claim(folder: string, { request }: FolderPlan): Promise<void> {
  const path = join(folder, REQUEST);
  const wanted = `${JSON.stringify(request, null, 2)}\n`;
  const names = await readdir(folder);
  if (!names.includes(REQUEST)) {
    if (names.length === 0) return writeFileAtomic(path, wanted);
    throw badInput({
      action: `writing into ${folder}`,
      given: `a folder with ${names[0]} in it`,
      needed: 'a new or empty one, or one that was begun so',
    });
  }
  const found = new TextDecoder().decode(await readFileBytes(path, 2 ** 20));
  if (found === wanted) return;
  const oneLine = (json: string) => json.replace(/\s+/g, ' ').trim();
  throw badInput({
    action: `going on in ${folder}`,
    given: `data begun with ${oneLine(found)}`,
    needed: oneLine(wanted),
    fix: 'Give the same source and options, or another folder.',
  });
}

/** The costs of the clips that are whole; a line that was cut off, and what follows it, does not count. */
async function readJournal(path: string): Promise<ClipCost[]> {
  const text = await readFileBytes(path).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  );
  const costs: ClipCost[] = [];
  for (const line of text.split('\n')) {
    try {
      costs.push(parseClipCost(line, path));
    } catch {
      break;
    }
  }
  return costs;
}

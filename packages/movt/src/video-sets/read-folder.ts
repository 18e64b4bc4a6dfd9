/** Video sets on disk, in the layouts that they are distributed in. Node and Deno only. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError, readFileBytes } from '@movt/kernels/safetensors/file';
import { parseIdLabels } from './jester.ts';
import { parseSsv2Classes, parseSsv2Videos } from './ssv2.ts';
import { linesOf, parseSubset } from './subset.ts';
import { checkClasses, type Entry, joinParts, type VideoSet } from './video-set.ts';

/** The layouts by name. */
export const LAYOUTS = ['jester', 'ssv2'] as const;
export type Layout = (typeof LAYOUTS)[number];

interface Reader {
  /** Folders that the videos may lie in, below the set's own or instead of it. */
  readonly videos: readonly string[];
  /** Before each list's name; newer downloads leave it out. */
  readonly prefix: string;
  /** What the lists' names end in. */
  readonly ending: string;
  /** The name of a video. */
  nameOf(id: string): string;
  parseClasses(text: string, source: string): string[];
  parseVideos(text: string, source: string, isTest: boolean): Entry[];
}

const READERS: Record<Layout, Reader> = {
  jester: {
    videos: ['20bn-jester-v1'],
    prefix: 'jester-v1-',
    ending: '.csv',
    nameOf: (id) => id,
    parseClasses(text, source) {
      const classes = linesOf(text);
      checkClasses(classes, source);
      return classes;
    },
    parseVideos: parseIdLabels,
  },
  ssv2: {
    videos: ['20bn-something-something-v2', 'videos'],
    prefix: 'something-something-v2-',
    ending: '.json',
    nameOf: (id) => `${id}.webm`,
    parseClasses: parseSsv2Classes,
    parseVideos: parseSsv2Videos,
  },
};

/** Lists that belong to the test part where its own has no labels; `id;label` in both sets. */
const ANSWERS = 'test-answers.csv';

const MOST_BYTES = 2 ** 28;

export interface ReadSetOptions {
  /** Where the lists are; left out: in the set's folder, or in its folder `labels`. */
  readonly labels?: string;
  /** A file that names the classes to keep. */
  readonly subset?: string;
}

/**
 * Reads the lists of a video set:
 * - jester: SOURCE/20bn-jester-v1/ID/00001.jpg …; jester-v1-labels.csv (a class a line), jester-v1-train.csv, -validation.csv and
 *   -test.csv (`id;label` a line).
 * - ssv2: SOURCE/20bn-something-something-v2/ID.webm; something-something-v2-labels.json, -train.json, -validation.json and -test.json.
 *
 * The lists may be named without their prefix. Validation and test may be missing; where test has no labels, test-answers.csv beside it
 * has them, or it is left out, with a note.
 *
 * @throws MovtError bad_input that names the list and the line; for a video that is listed and not there
 */
export async function readVideoSet(source: string, layout: Layout, options: ReadSetOptions = {}): Promise<VideoSet> {
  const reader = READERS[layout];
  const lists = await findLists(source, reader, options.labels);
  const classesFile = lists.find('labels', true);
  const classes = reader.parseClasses(await readText(classesFile), classesFile);
  const kept =
    options.subset === undefined ? undefined : parseSubset(await readText(options.subset), classes, options.subset);

  const parts: Entry[][] = [];
  for (const part of ['train', 'validation', 'test']) {
    const file = lists.find(part, part === 'train');
    const entries = file === undefined ? [] : reader.parseVideos(await readText(file), file, part === 'test');
    const isAnswered = part !== 'test' || (entries.length > 0 && entries.every(({ label }) => label !== undefined));
    const answers = isAnswered ? undefined : lists.answers();
    parts.push(answers === undefined ? entries : parseIdLabels(await readText(answers), answers, false));
  }
  const { folder, names } = await findVideos(source, reader);
  const set = joinParts(parts, classes, kept, (id) => join(folder, reader.nameOf(id)));
  checkPresence(set, reader, folder, names);
  return set;
}

async function findLists(source: string, { prefix, ending }: Reader, given: string | undefined) {
  const folder =
    given ??
    ((await listFolder(source)).some((name) => name === `${prefix}train${ending}` || name === `train${ending}`)
      ? source
      : join(source, 'labels'));
  const names = await listFolder(folder).catch((error) => {
    if (given !== undefined) throw error;
    const needed = `${prefix}train${ending} there, or in ${folder}, or --labels`;
    throw badInput({ action: `reading the set ${source}`, given: 'no lists of videos', needed });
  });
  const either = (file: string) => [`${prefix}${file}`, file].find((name) => names.includes(name));
  function find(list: string, isNeeded: true): string;
  function find(list: string, isNeeded: boolean): string | undefined;
  function find(list: string, isNeeded: boolean): string | undefined {
    const name = either(`${list}${ending}`);
    if (name !== undefined) return join(folder, name);
    if (!isNeeded) return undefined;
    throw badInput({ action: `reading the lists in ${folder}`, given: `no ${prefix}${list}${ending}`, needed: 'it' });
  }
  return {
    find,
    answers() {
      const name = either(ANSWERS);
      return name === undefined ? undefined : join(folder, name);
    },
  };
}

/** The folder of the videos and what is in it. */
async function findVideos(source: string, { videos }: Reader): Promise<{ folder: string; names: Set<string> }> {
  const there = await listFolder(source);
  const name = videos.find((candidate) => there.includes(candidate));
  const folder = name === undefined ? source : join(source, name);
  return { folder, names: new Set(name === undefined ? there : await listFolder(folder)) };
}

/** Before hours of work: every video that is listed must be there. */
function checkPresence({ videos }: VideoSet, { nameOf }: Reader, folder: string, names: ReadonlySet<string>): void {
  const missing = videos.filter(({ id }) => !names.has(nameOf(id)));
  if (missing.length === 0) return;
  const some = missing.slice(0, 3).map(({ id }) => nameOf(id));
  throw badInput({
    action: `reading the videos in ${folder}`,
    given: `${missing.length} of ${videos.length} missing: ${some.join(', ')}${missing.length > 3 ? ', …' : ''}`,
    needed: 'all that the lists name',
    fix: 'Take the others out of the lists.',
  });
}

async function listFolder(path: string): Promise<string[]> {
  return readdir(path).catch((error) => {
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw isMissing
      ? badInput({
          action: `reading ${path}`,
          given: error.code === 'ENOENT' ? 'nothing there' : 'a file',
          needed: 'a folder',
        })
      : fileError('reading', path, error);
  });
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readFileBytes(path, MOST_BYTES));
}

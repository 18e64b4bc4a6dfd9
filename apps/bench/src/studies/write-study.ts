import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { describeClips } from '../experiment/describe-clips.ts';
import type { Trained } from '../experiment/trained.ts';
import { commit } from '../measure/commit.ts';
import { csvText } from '../report/csv.ts';
import type { Findings, StudyInputs } from './study.ts';

/** What a study's documents say of how it came about. */
export interface Circumstances {
  readonly command: string;
  readonly inputs: StudyInputs;
  readonly models: readonly Trained[];
}

/**
 * Writes NAME.json, NAME.csv, and NAME.svg and what other pictures there are.
 * @returns the files' names
 */
export async function writeStudy(
  folder: string,
  name: string,
  { data, rows, pictures, summary }: Findings,
  { command, inputs, models }: Circumstances,
): Promise<string[]> {
  const { set, path, sha256 } = inputs.clips.tracks;
  const document = {
    format: 'movt-study/1',
    study: name,
    commit: commit(),
    date: new Date().toISOString(),
    command,
    adapters: [...new Set(models.map(({ run }) => run.adapter))],
    data: {
      source: set.source ?? path,
      path,
      sha256,
      ...describeClips(set),
    },
    seeds: inputs.recipe.seeds,
    summary,
    ...data,
  };
  const columns = Object.keys(rows[0]);
  const files: Record<string, string> = {
    [`${name}.json`]: `${JSON.stringify(document, null, 1)}\n`,
    [`${name}.csv`]: csvText([columns, ...rows.map((row) => columns.map((column) => row[column]))]),
    ...Object.fromEntries(Object.entries(pictures).map(([ending, svg]) => [`${name}${ending}.svg`, svg])),
  };
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw fileError('writing', folder, error);
  });
  for (const [file, text] of Object.entries(files)) await writeFileAtomic(join(folder, file), text);
  return Object.keys(files);
}

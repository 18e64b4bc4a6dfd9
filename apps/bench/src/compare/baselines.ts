import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import * as v from 'valibot';
import type { Fingerprint } from '../measure/types.ts';
import { fingerprintDifferences } from './comparison.ts';
import { fingerprintSchema } from './read-report.ts';
import { copyTree, type Tree } from './trees.ts';

/**
 * A baseline is a copy of the kernels as they were, and the machine that they were good on: times are taken anew, in turns with those of
 * today's kernels, since times of another hour would tell of the hour as well. It is a folder: `baseline.json` beside `packages/kernels`.
 */
const baselineSchema = v.object({
  format: v.literal('movt-bench-baseline/1'),
  commit: v.string(),
  date: v.string(),
  fingerprint: fingerprintSchema,
});
export type Baseline = v.InferOutput<typeof baselineSchema>;

const MOST_BYTES = 100_000;

/** A short name for a machine, the same wherever its fingerprint is. */
export function fingerprintHash(fingerprint: Fingerprint): string {
  const { vendor, architecture, driver, dawn, toggles, cpu } = fingerprint;
  return createHash('sha256')
    .update(JSON.stringify([vendor, architecture, driver, dawn, toggles, cpu]))
    .digest('hex')
    .slice(0, 12);
}

/** Keeps a tree's kernels as the baseline of a machine; the one before is replaced. @returns its folder. */
export async function storeBaseline(
  folder: string,
  tree: Tree,
  { fingerprint, commit }: { readonly fingerprint: Fingerprint; readonly commit: string },
): Promise<string> {
  const place = join(folder, fingerprintHash(fingerprint));
  const made = `${place}.tmp-${process.pid}`;
  try {
    await mkdir(made, { recursive: true });
    await copyTree(tree, made);
    const baseline: Baseline = {
      format: 'movt-bench-baseline/1',
      commit,
      date: new Date().toISOString(),
      fingerprint: { ...fingerprint, toggles: [...fingerprint.toggles] },
    };
    await writeFile(join(made, 'baseline.json'), `${JSON.stringify(baseline, null, 2)}\n`);
    await rm(place, { recursive: true, force: true });
    await rename(made, place);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return place;
}

/** What a folder says of itself where it is a baseline; undefined for any other tree. */
export async function readBaseline(folder: string): Promise<Baseline | undefined> {
  const file = join(folder, 'baseline.json');
  if (!existsSync(file)) return undefined;
  const refuse = (given: string) =>
    badInput({
      action: `reading ${file}`,
      given,
      needed: 'what `bench compare --store` wrote',
      fix: 'Store it again.',
    });
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw refuse(`${size} bytes`);
  try {
    return v.parse(baselineSchema, JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** @throws MovtError `bad_input` when a baseline was stored on another machine. */
export function assertSameMachine(baseline: Baseline, fingerprint: Fingerprint): void {
  const differences = fingerprintDifferences(baseline.fingerprint, fingerprint);
  if (differences.length === 0) return;
  throw badInput({
    action: 'comparing with the baseline',
    given: `one from another adapter: ${differences.join('; ')}`,
    needed: 'one that was stored on this adapter',
    fix: 'Store one with `bench compare --store`, on kernels that are known to be good.',
  });
}

/**
 * The baseline of this machine.
 *
 * @throws MovtError `bad_input` when there is none; it says in what stored ones differ.
 */
export async function findBaseline(folder: string, fingerprint: Fingerprint): Promise<string> {
  const place = join(folder, fingerprintHash(fingerprint));
  const baseline = await readBaseline(place);
  if (baseline) {
    assertSameMachine(baseline, fingerprint);
    return place;
  }
  const names = existsSync(folder) ? await readdir(folder) : [];
  const others: string[] = [];
  for (const name of names) {
    const other = await readBaseline(join(folder, name));
    if (other) others.push(`${name} (${fingerprintDifferences(other.fingerprint, fingerprint).join('; ')})`);
  }
  throw badInput({
    action: `looking for a baseline in ${folder}`,
    given: others.length > 0 ? `baselines of other adapters only: ${others.join(', ')}` : 'none',
    needed: `one of this adapter, ${fingerprintHash(fingerprint)}`,
    fix: 'Store one with `bench compare --store`, on kernels that are known to be good.',
  });
}

import { readFile, stat } from 'node:fs/promises';
import { badInput } from '@movt/kernels';
import * as v from 'valibot';
import type { Fingerprint, KernelReport } from '../measure/types.ts';

const MOST_BYTES = 64e6;
const MOST_ROWS = 10_000;
const MOST_SAMPLES = 100_000;

const name = v.pipe(v.string(), v.maxLength(1000));

export const fingerprintSchema = v.object({
  vendor: name,
  architecture: name,
  driver: name,
  dawn: name,
  toggles: v.pipe(v.array(name), v.maxLength(100)),
  cpu: name,
});

const names = { kernel: name, problem: v.string() };

/** As much of a KernelReport as comparing reads. */
const reportSchema = v.object({
  format: v.literal('movt-bench-kernels/1'),
  commit: name,
  date: name,
  fingerprint: fingerprintSchema,
  software: v.boolean(),
  rows: v.pipe(
    v.array(
      v.object({
        ...names,
        mode: v.picklist(['hot', 'cold']),
        samples_ms: v.pipe(v.array(v.number()), v.minLength(2), v.maxLength(MOST_SAMPLES)),
      }),
    ),
    v.maxLength(MOST_ROWS),
  ),
  failures: v.array(v.object({ ...names, message: v.string() })),
});

/** What comparing needs of a KernelReport. */
export type ComparableReport = Pick<KernelReport, 'commit' | 'date' | 'software'> & {
  readonly fingerprint: Fingerprint;
  readonly rows: readonly Pick<KernelReport['rows'][number], 'kernel' | 'problem' | 'mode' | 'samples_ms'>[];
  readonly failures: readonly Pick<KernelReport['failures'][number], 'kernel' | 'problem' | 'message'>[];
};

/**
 * Reads what `bench kernels --json` wrote.
 *
 * @throws MovtError `bad_input` for anything else; it names the first field that is wrong.
 */
export async function readReport(file: string): Promise<ComparableReport> {
  const refuse = (given: string) =>
    badInput({ action: `reading ${file}`, given, needed: 'a report of `bench kernels --json`' });
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw refuse(`${size} bytes`);
    const parsed = v.safeParse(reportSchema, JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    throw refuse(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
  } catch (error) {
    throw (error as Error).name === 'MovtError' ? error : refuse((error as Error).message);
  }
}

import { badInput } from '@movt/kernels';
import { median } from '../measure/statistics.ts';
import { type Comparison, fingerprintDifferences, judgeRows, rowName } from './comparison.ts';
import { ratioOfRuns } from './ratio.ts';
import type { ComparableReport } from './read-report.ts';

/** A report and what the user called it. */
export interface NamedReport {
  readonly label: string;
  readonly report: ComparableReport;
}

/**
 * Compares the samples of two runs, row by row.
 *
 * @throws MovtError `bad_input` when they come from different machines or modes, or have no row in common.
 */
export function compareReports(a: NamedReport, b: NamedReport, margin: number): Comparison {
  const action = `comparing ${b.label} with ${a.label}`;
  const differences = fingerprintDifferences(a.report.fingerprint, b.report.fingerprint);
  if (differences.length > 0) {
    throw badInput({ action, given: `two machines: ${differences.join('; ')}`, needed: 'reports of one machine' });
  }
  const pairs = b.report.rows.flatMap((row) => {
    const other = a.report.rows.find((candidate) => rowName(candidate) === rowName(row));
    return other ? [[other, row] as const] : [];
  });
  if (pairs.length === 0) throw badInput({ action, given: 'no row that both have', needed: 'one at least' });
  const mode = pairs[0][0].mode;
  const odd = pairs.flat().find((row) => row.mode !== mode);
  if (odd) {
    throw badInput({
      action,
      given: `${mode} and ${odd.mode} caches (${rowName(odd)})`,
      needed: 'the same mode in both',
    });
  }
  const rows = pairs.map(([before, after]) => ({
    kernel: after.kernel,
    problem: after.problem,
    ...ratioOfRuns(before.samples_ms, after.samples_ms),
    a_median_ms: median(before.samples_ms),
    b_median_ms: median(after.samples_ms),
    a_count: before.samples_ms.length,
    b_count: after.samples_ms.length,
  }));
  const worked = ({ report }: NamedReport) => new Set(report.rows.map(rowName));
  const failures = [
    ...a.report.failures.map((failure) => ({ ...failure, side: 'a' as const })),
    ...b.report.failures.map((failure) => ({ ...failure, side: 'b' as const })),
  ].map(({ kernel, problem, side, message }) => ({ kernel, problem, side, message }));
  const failed = new Set(failures.map(rowName));
  const only = (one: NamedReport, other: NamedReport) =>
    [...worked(one)].filter((name) => !worked(other).has(name) && !failed.has(name));
  return {
    format: 'movt-bench-comparison/1',
    a: `${a.label} (${a.report.commit.slice(0, 10)}, ${a.report.date})`,
    b: `${b.label} (${b.report.commit.slice(0, 10)}, ${b.report.date})`,
    method: 'reports',
    mode,
    margin,
    adapter: b.report.fingerprint.driver,
    fingerprint: b.report.fingerprint,
    software: b.report.software,
    rows: judgeRows(rows, margin),
    failures,
    only_a: only(a, b),
    only_b: only(b, a),
  };
}

import type { CacheMode, Fingerprint } from '../measure/types.ts';
import { judge, type RatioEstimate, type Verdict } from './verdict.ts';

/** One kernel on one problem, b against a. */
export interface ComparedRow extends RatioEstimate {
  readonly kernel: string;
  readonly problem: string;
  readonly verdict: Verdict;
  /** `p` corrected for the number of rows. */
  readonly p_holm: number;
  readonly a_median_ms: number;
  readonly b_median_ms: number;
  readonly a_count: number;
  readonly b_count: number;
}

/** A row that could not be compared. */
export interface ComparisonFailure {
  readonly kernel: string;
  readonly problem: string;
  /** Where it went wrong. */
  readonly side: 'a' | 'b';
  readonly message: string;
}

/** What `bench compare --json` prints. */
export interface Comparison {
  readonly format: 'movt-bench-comparison/1';
  readonly a: string;
  readonly b: string;
  /** `abba`: measured in turns, so drift cancels. `reports`: two runs, each measured when it was. */
  readonly method: 'abba' | 'reports';
  readonly mode: CacheMode;
  readonly margin: number;
  readonly adapter: string;
  readonly fingerprint: Fingerprint;
  readonly software: boolean;
  readonly rows: readonly ComparedRow[];
  readonly failures: readonly ComparisonFailure[];
  /** Rows that one side lacks. */
  readonly only_a: readonly string[];
  readonly only_b: readonly string[];
}

/** A row that has not been judged yet. */
export type UnjudgedRow = Omit<ComparedRow, 'verdict' | 'p_holm'>;

/** Gives each row of a table its verdict. */
export function judgeRows(rows: readonly UnjudgedRow[], margin: number): ComparedRow[] {
  const verdicts = judge(rows, margin);
  return rows.map((row, i) => ({ ...row, ...verdicts[i] }));
}

/** What a gate stops at: kernels that became slower, and those that work in a and not in b. */
export function regressions({ rows, failures }: Comparison): string[] {
  return [
    ...rows.filter(({ verdict }) => verdict === 'SLOWER').map(rowName),
    ...failures.filter(({ side }) => side === 'b').map(rowName),
  ];
}

/** A row's name on one line. */
export const rowName = ({ kernel, problem }: { readonly kernel: string; readonly problem: string }) =>
  `${kernel} ${problem}`;

/** The fields in which two fingerprints differ, with both values. */
export function fingerprintDifferences(a: Fingerprint, b: Fingerprint): string[] {
  return (Object.keys(a) as (keyof Fingerprint)[])
    .filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]))
    .map((field) => `${field} ${JSON.stringify(a[field])} and ${JSON.stringify(b[field])}`);
}

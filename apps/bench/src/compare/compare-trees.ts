import { badInput, MovtError } from '@movt/kernels';
import type { SampleKind } from '../measure/sampling.ts';
import type { CacheMode } from '../measure/types.ts';
import { isNarrow, measureQuartets, rowOfRounds } from './abba.ts';
import { type Child, type Side, startChild } from './child-process.ts';
import {
  type ComparedRow,
  type Comparison,
  type ComparisonFailure,
  fingerprintDifferences,
  judgeRows,
  rowName,
  type UnjudgedRow,
} from './comparison.ts';
import type { Opened } from './protocol.ts';
import type { Quartet } from './ratio.ts';

/** Quartets of one row in one round, half a second of them. */
const QUARTETS = 12;
/** Fewer rounds say too little of what differs between two starts of the same program. */
const LEAST_ROUNDS = 3;

export interface TreeOptions {
  readonly mode: CacheMode;
  readonly margin: number;
  /** Rows whose name holds this. */
  readonly filter: string;
  /** At most this many rounds a row; it ends earlier when its interval is narrow. */
  readonly rounds: number;
  /** Is told what is being done. */
  readonly log: (line: string) => void;
}

interface Row {
  readonly kernel: string;
  readonly problem: string;
  /** Its place in each side's list. */
  readonly a: number;
  readonly b: number;
}

/**
 * Measures two builds in turns. Each round starts both anew, since where code and buffers come to lie in memory, which is settled at the
 * start, shifts times for as long as a process lives; in a round each row is measured in quartets, which cancel drift. Rows found faster
 * or slower are then measured once more from the start, and only that second measurement is told: chance seldom strikes twice.
 *
 * @throws MovtError `bad_input` when no row has the filter in its name, or the sides run on different machines.
 */
export async function compareTrees(a: Side, b: Side, options: TreeOptions): Promise<Comparison> {
  const { margin, mode, filter, log } = options;
  const [openedA, openedB] = await inChildren(a, b, (_, opened) => Promise.resolve(opened));
  const differences = fingerprintDifferences(openedA.fingerprint, openedB.fingerprint);
  if (differences.length > 0) {
    throw badInput({
      action: `comparing ${b.label} with ${a.label}`,
      given: differences.join('; '),
      needed: 'one machine',
    });
  }
  const rows = commonRows(openedA, openedB).filter((row) => rowName(row).includes(filter));
  if (rows.length === 0) {
    throw badInput({
      action: 'choosing rows',
      given: `--filter ${filter}`,
      needed: 'a part of the name of a row that both have',
    });
  }
  const failures: ComparisonFailure[] = [];
  const first = judgeRows(await measureRows(a, b, rows, failures, options), margin);
  const suspects = first.filter(({ verdict }) => verdict === 'FASTER' || verdict === 'SLOWER').map(rowName);
  let again: ComparedRow[] = [];
  if (suspects.length > 0) {
    log(`measuring ${suspects.length} again, to be sure`);
    const suspected = rows.filter((row) => suspects.includes(rowName(row)));
    again = judgeRows(await measureRows(a, b, suspected, failures, options), margin);
  }
  const failed = failures.map(rowName);
  const names = ({ rows }: Opened) => rows.map(rowName).filter((name) => name.includes(filter));
  return {
    format: 'movt-bench-comparison/1',
    a: a.label,
    b: b.label,
    method: 'abba',
    mode,
    margin,
    adapter: openedB.adapter,
    fingerprint: openedB.fingerprint,
    software: openedB.software,
    rows: first
      .map((row) => again.find((other) => rowName(other) === rowName(row)) ?? row)
      .filter((row) => !failed.includes(rowName(row))),
    failures,
    only_a: names(openedA).filter((name) => !names(openedB).includes(name)),
    only_b: names(openedB).filter((name) => !names(openedA).includes(name)),
  };
}

function commonRows(a: Opened, b: Opened): Row[] {
  const places = new Map(a.rows.map((row, i) => [rowName(row), i]));
  return b.rows.flatMap((row, i) => {
    const place = places.get(rowName(row));
    return place === undefined ? [] : { ...row, a: place, b: i };
  });
}

/** Starts both sides, has `work` done in them, and ends them. */
async function inChildren<T>(
  a: Side,
  b: Side,
  work: (children: [Child, Child], opened: [Opened, Opened]) => Promise<T>,
) {
  const children: [Child, Child] = [startChild(a), startChild(b)];
  try {
    const opened = await Promise.all([children[0].ask('open', {}), children[1].ask('open', {})]);
    return await work(children, opened);
  } finally {
    for (const child of children) child.stop();
  }
}

/** Measures rows round by round; those that fail are added to `failures` and get no result. */
async function measureRows(
  a: Side,
  b: Side,
  rows: readonly Row[],
  failures: ComparisonFailure[],
  { mode, margin, rounds, log }: TreeOptions,
): Promise<UnjudgedRow[]> {
  const measured = new Map<Row, Quartet[][]>(rows.map((row) => [row, []]));
  const done = new Map<Row, UnjudgedRow>();
  for (let round = 0; round < rounds && measured.size > 0; round++) {
    let open = [...measured.keys()];
    log(`round ${round + 1} of at most ${rounds}: ${open.length} to measure`);
    while (open.length > 0) {
      // A kernel that hangs or crashes takes its process with it; the rows after it go on in new ones.
      open = await inChildren(a, b, async (children) => {
        while (open.length > 0 && children.every(({ alive }) => alive)) {
          const [row, ...rest] = open;
          open = rest;
          const result = await measureRow(children, row, mode, round);
          if (Array.isArray(result)) measured.get(row)!.push(result);
          else {
            failures.push(result);
            measured.delete(row);
          }
        }
        return open;
      });
    }
    for (const [row, quartets] of measured) {
      if (round + 1 < Math.min(LEAST_ROUNDS, rounds)) continue;
      const sum = rowOfRounds({ kernel: row.kernel, problem: row.problem }, quartets);
      if (round + 1 < rounds && !isNarrow(sum, margin)) continue;
      done.set(row, sum);
      measured.delete(row);
    }
  }
  return rows.flatMap((row) => done.get(row) ?? []);
}

/** A round of one row; its answers are checked on both sides before any time is taken. */
async function measureRow(
  children: readonly [Child, Child],
  row: Row,
  mode: CacheMode,
  round: number,
): Promise<Quartet[] | ComparisonFailure> {
  const { kernel, problem } = row;
  let side: 'a' | 'b' = 'a';
  try {
    const order = round % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const);
    let kind: SampleKind | undefined;
    for (side of order) {
      const child = children[side === 'a' ? 0 : 1];
      kind = await child.ask('prepare', { row: row[side], mode, ...(kind && { kind }) });
      const complaint = await child.ask('verify', {});
      if (complaint) return { kernel, problem, side, message: `wrong: ${complaint}` };
    }
    const sampler = (which: 'a' | 'b') => () => {
      side = which;
      return children[which === 'a' ? 0 : 1].ask('sample', {});
    };
    return await measureQuartets(sampler('a'), sampler('b'), kind!.clock, QUARTETS);
  } catch (error) {
    if (!(error instanceof MovtError)) throw error;
    // A device does not come back, and what one side's kernel did to the driver may have reached the other's.
    if (error.code === 'device_lost') for (const child of children) child.stop();
    return { kernel, problem, side, message: error.message };
  }
}

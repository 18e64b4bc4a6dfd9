import { type ComparedRow, type Comparison, regressions } from './comparison.ts';

const HEAD = ['kernel', 'problem', 'verdict', 'ratio', '95 % interval', 'a ms', 'b ms', 'effect', 'p'];

/** A comparison for a terminal. */
export function asTable(comparison: Comparison): string {
  const lines = [HEAD, ...sorted(comparison.rows).map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const table = lines.map((line) =>
    line.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
  return [`a: ${comparison.a}`, `b: ${comparison.b}`, '', ...table, '', ...notes(comparison)].join('\n');
}

/** A comparison for a pull request. */
export function asMarkdown(comparison: Comparison): string {
  const row = (line: readonly string[]) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `**${headline(comparison)}**`,
    '',
    row(HEAD),
    '|---|---|---|--:|--:|--:|--:|--:|--:|',
    ...sorted(comparison.rows).map((compared) => row(cells(compared))),
    '',
    `a: ${comparison.a}; b: ${comparison.b}.`,
    ...notes(comparison),
    '',
  ].join('\n');
}

/** How many rows got which verdict. */
export function headline({ rows, failures }: Comparison): string {
  const counts = (['SLOWER', 'FASTER', 'SAME', 'UNDECIDED'] as const)
    .map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  return [...counts, ...(failures.length > 0 ? [`${failures.length} failed`] : [])].join(', ');
}

/** The rows, those that take longest beside what they took first. */
export const sorted = (rows: readonly ComparedRow[]) => [...rows].sort((x, y) => y.ratio - x.ratio);

function cells(row: ComparedRow): string[] {
  const { kernel, problem, verdict, ratio, ci95, a_median_ms, b_median_ms, delta, p_holm } = row;
  return [
    kernel,
    problem,
    verdict,
    ratio.toFixed(3),
    ci95.map((end) => end.toFixed(3)).join(' … '),
    milliseconds(a_median_ms),
    milliseconds(b_median_ms),
    delta.toFixed(2),
    p_holm < 0.001 ? '< 0.001' : p_holm.toFixed(3),
  ];
}

const milliseconds = (value: number) => String(Number(value.toPrecision(4)));

/** What a reader must know of the numbers. */
export function notes(comparison: Comparison): string[] {
  const { margin, method, software, adapter, mode, failures, only_a, only_b } = comparison;
  const percent = Number((margin * 100).toPrecision(3));
  const found = regressions(comparison);
  return [
    `adapter: ${adapter}; ${mode} caches`,
    'ratio: time of b over time of a. ' +
      `A verdict holds for the whole table at 95 % and for differences beyond ${percent} %; p is corrected for the number of rows.`,
    method === 'abba'
      ? 'Measured in turns, a b b a, in several starts of both.'
      : 'Two runs: what changed on the machine between them is in the ratio, and the interval does not know of it.',
    ...(software ? ['A software adapter: it says which of the two is faster here, not on a GPU.'] : []),
    ...failures.map(({ kernel, problem, side, message }) => `failed in ${side}: ${kernel} ${problem}: ${message}`),
    ...(only_a.length > 0 ? [`only in a: ${only_a.join('; ')}`] : []),
    ...(only_b.length > 0 ? [`only in b: ${only_b.join('; ')}`] : []),
    found.length > 0 ? `regressions: ${found.join('; ')}` : 'no regression',
  ];
}

import type { Summary } from '../measure/types.ts';
import type { PeerTask } from './list.ts';

/** A peer at one batch size. What is not known, or is not shown because the answers were wrong, is null. JSON of `bench peers` and `bench train`. */
export interface PeerRow {
  readonly peer: string;
  readonly kind: 'webgpu' | 'cpu';
  readonly version: string | null;
  /** The adapter that it ran on, or the processor with its number of threads. */
  readonly adapter: string | null;
  readonly batch: number;
  readonly samples_ms: readonly number[];
  readonly summary: Summary | null;
  /** Its time over ours of the same round: the median of all rounds, with its 95 % interval. */
  readonly times_ours: number | null;
  readonly times_ours_ci95: readonly [low: number, high: number] | null;
  /** From the start of its process to the first answer; on the peer's first row only. */
  readonly first_answer_ms: number | null;
  /** All that it does before its first run of this batch; in most peers that is a run that compiles. */
  readonly compile_ms: number | null;
  readonly dispatches: number | null;
  /** Relative L2 distance of its answers from ours: the largest of all runs. */
  readonly difference: number | null;
  /** Why there are no times. */
  readonly problem: string | null;
}

/** What peers gave beside each other. */
export interface PeersReport {
  readonly format: 'movt-bench-peers/1';
  readonly task: PeerTask;
  readonly model: string;
  readonly adapter: string;
  readonly software: boolean;
  /** A clip in words. */
  readonly clip: string;
  readonly frames: number;
  readonly points: number;
  readonly rounds: number;
  /** The difference above which a peer's times are not shown. */
  readonly tolerance: number;
  readonly rows: readonly PeerRow[];
}

const HEADINGS = [
  'peer',
  'version',
  'runs on',
  'batch',
  'median ms [95 % CI]',
  '× ours',
  'first answer s',
  'compile ms',
  'dispatches',
  'difference',
];

/** What a cell of the table holds of a problem; problems() tells the rest. */
const SHORT = 24;

/** The table's lines, headings first; a row without times says why in the place of its median, in a word or two. */
export function tableCells({ rows }: PeersReport): string[][] {
  const lines = rows.map(({ summary, ...row }) => [
    row.peer,
    row.version ?? '–',
    row.kind === 'webgpu' ? 'WebGPU' : (row.adapter ?? 'CPU'),
    String(row.batch),
    summary === null
      ? shorten(row.problem!)
      : `${digits(summary.median_ms)} [${summary.ci95_ms.map(digits).join(', ')}]`,
    row.times_ours === null ? '–' : withInterval(row.times_ours, row.times_ours_ci95!),
    row.first_answer_ms === null ? '–' : (row.first_answer_ms / 1000).toFixed(1),
    row.compile_ms === null ? '–' : row.compile_ms.toFixed(0),
    row.dispatches === null ? '–' : String(row.dispatches),
    row.difference === null ? '–' : row.difference === 0 ? '0' : row.difference.toExponential(1),
  ]);
  return [HEADINGS, ...lines];
}

/** The report as text: the table, and what has to be known. */
export function peersText(report: PeersReport): string {
  return [alignCells(tableCells(report)), '', ...problems(report), ...remarks(report)].join('\n');
}

/** A line for each peer whose problem the table cuts off. */
export function problems({ rows }: PeersReport): string[] {
  const long = rows.filter(({ problem }) => problem !== null && shorten(problem) !== problem);
  return [...new Set(long.map(({ peer, problem }) => `${peer}: ${problem}`))];
}

/** Lines of equal length: the first three columns aligned left, the others right. */
export function alignCells(lines: readonly (readonly string[])[]): string {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const align = (cell: string, column: number) =>
    column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return lines.map((line) => line.map(align).join('  ')).join('\n');
}

/** What a run is, and what its answer. */
const WORDS = {
  predict: {
    given: 'with the same random weights everywhere, on full clips',
    run: 'a run goes from the upload of the clips to their answers read back',
    first: 'the answer for one clip',
    difference: 'relative L2 distance from our answers',
  },
  train: {
    given: 'trained from the same random weights everywhere, by AdamW without dropout, on full clips',
    run: "a run is the first step from there, from the upload of the clips to the loss and the gradients' norm read back",
    first: 'what a step came to, taken a second time',
    difference: 'the largest of the relative distances from our loss, norm of the gradients and updated weights',
  },
} as const satisfies Record<PeerTask, object>;

/** What a reader has to know to read the table: sentences. */
export function remarks({ task, model, clip, rounds, adapter, software, tolerance }: PeersReport): string[] {
  const words = WORDS[task];
  const sentences = [
    `${model} ${words.given} of ${clip}.`,
    `Every WebGPU row with times ran on ${adapter}; a peer that does not name its adapter has loaded that one's driver.`,
    `${rounds} rounds of one run of each peer in turn; ${words.run}. × ours: the median of its time over ours of the same round, with the median's 95 % interval. First answer: from the start of a process, caches of compiled shaders switched off, to ${words.first}. Compile: what comes before the first run of a batch, in most peers a run that compiles.`,
    `Difference: ${words.difference}, the largest of all runs; above ${tolerance} a peer is wrong and its times are not shown.`,
  ];
  if (software) {
    sentences.push(
      'A processor does the work of a GPU here, so WebGPU rows compare with each other only. No one should run a software GPU for speed: the CPU rows show what the same processor does when it is asked directly.',
    );
  }
  return sentences;
}

/** A ratio with its interval, which is none where all samples are alike. */
function withInterval(ratio: number, [low, high]: readonly [number, number]): string {
  const shown = ratio.toFixed(2);
  return low === high ? shown : `${shown} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function shorten(problem: string): string {
  return problem.length > SHORT ? `${problem.slice(0, SHORT - 1)}…` : problem;
}

/** Three significant digits, and no fewer than all before the point. */
function digits(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}

import type { Fingerprint } from '../measure/types.ts';
import { percent } from '../report/numbers.ts';
import { printTable, showCell, type TableRow } from '../table.ts';
import type { DispatchRow } from './dispatch-rows.ts';
import type { FirstAnswer, FirstAnswers } from './first-answer.ts';
import type { BatchRow } from './measure-batch.ts';
import type { Breakdown } from './run-profile.ts';

/** What `bench model --json` prints. Milliseconds, bytes, and rates in 10⁹ a second. */
export interface ModelReport {
  readonly format: 'movt-bench-model/1';
  readonly fingerprint: Fingerprint;
  readonly software: boolean;
  readonly peak_gflop_per_s: number;
  readonly preset: string;
  readonly frames: number;
  readonly points: number;
  readonly soak: number;
  readonly rows: readonly BatchRow[];
  /** Null where a fresh process failed. */
  readonly first_answer: FirstAnswers | null;
}

/** A table with what there is to say about it. */
export interface Section {
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Prints sections one below the other. */
export function printSections(sections: readonly Section[]): void {
  for (const { title, notes, rows } of sections) {
    console.log(`\n${[title, ...notes].join('\n')}`);
    printTable(rows);
  }
}

/** To the microsecond. */
const milliseconds = (ms: number) => ms.toFixed(3);
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

/** The one line above all. */
export function headline({
  preset,
  frames,
  points,
  fingerprint,
  peak_gflop_per_s,
}: Pick<ModelReport, 'preset' | 'frames' | 'points' | 'fingerprint' | 'peak_gflop_per_s'>): string {
  return `${preset}, T ${frames}, N ${points}, on ${fingerprint.driver}; multiply-add peak ${peak_gflop_per_s.toFixed(1)} GFLOP/s`;
}

/** A line a batch. */
export function summarySection(rows: readonly BatchRow[]): Section {
  return {
    title: 'What a run costs',
    notes: [],
    rows: rows.map((row) => ({
      batch: row.batch,
      dispatches: row.dispatches,
      GFLOP: row.flop_count / 1e9,
      runs: row.count,
      'median ms': row.median_ms,
      '95 % interval': row.ci95_ms.map(showCell).join('–'),
      'least ms': row.min_ms,
      'GFLOP/s': row.gflop_per_s,
      'of peak': percent(row.peak_share),
      'objects created': row.objects_created,
      live: mebibytes(row.live_bytes),
      'live at most': mebibytes(row.peak_bytes),
      'growth, bytes': row.live_bytes_growth,
      'read back, bytes': row.read_back_bytes,
    })),
  };
}

/** Where a batch's time goes: as it runs, and dispatch by dispatch. */
export function breakdownSection({ batch, breakdown, profiled, median_ms, dispatches }: BatchRow): Section {
  const parts: [name: string, key: keyof Breakdown][] = [
    ['pad clips', 'pad_ms'],
    ['upload', 'upload_ms'],
    ['encode', 'encode_ms'],
    ['submit', 'submit_ms'],
    [`GPU, ${dispatches} dispatches`, 'gpu_ms'],
    ['the CPU waits', 'wait_ms'],
    ['read back', 'read_back_ms'],
    ['idle', 'idle_ms'],
    ['  before the GPU begins', 'idle_before_gpu_ms'],
    ['  between passes', 'idle_between_passes_ms'],
    ['  after it: copy, map, wake-up', 'idle_after_gpu_ms'],
    ['wall', 'wall_ms'],
  ];
  const cell = (ms: number | null) => (ms === null ? 'not known' : milliseconds(ms));
  const slower = profiled.breakdown.wall_ms / breakdown.wall_ms - 1;
  return {
    title: `Batch ${batch}: where the time of a run goes`,
    notes: [
      `As it runs: all dispatches in one pass, ${milliseconds(breakdown.wall_ms)} ms here, ${milliseconds(median_ms)} ms by the median of all runs. ` +
        `Profiled: a pass for each dispatch, ${milliseconds(profiled.breakdown.wall_ms)} ms (${slower < 0 ? '−' : '+'}${percent(Math.abs(slower))}).`,
      'The GPU works while the CPU submits and waits; idle is the time in which there is nothing but waiting.',
      ...(profiled.clock
        ? [`The GPU's clock is set against the CPU's to ± ${milliseconds(profiled.clock.uncertaintyMs)} ms.`]
        : []),
      ...(profiled.note ? [`Note: ${profiled.note}.`] : []),
    ],
    rows: parts.map(([part, key]) => {
      const ms = breakdown[key];
      return {
        part,
        'as it runs, ms': cell(ms),
        share: ms === null ? '' : percent(ms / breakdown.wall_ms),
        'profiled, ms': cell(profiled.breakdown[key]),
      };
    }),
  };
}

/** Every dispatch in order, then every kernel; nothing where the GPU does not tell. */
export function dispatchSections({ batch, profiled }: BatchRow): Section[] {
  const cells = ({ median_ms, gpu_share, gflop_per_s, gb_per_s, peak_share }: DispatchRow) => ({
    ms: milliseconds(median_ms),
    'of GPU time': percent(gpu_share),
    'GFLOP/s': gflop_per_s,
    'GB/s': gb_per_s,
    'of peak': percent(peak_share),
  });
  if (!profiled.dispatches || !profiled.kernels) return [];
  return [
    {
      title: `Batch ${batch}: dispatches`,
      notes: [],
      rows: profiled.dispatches.map((row) => ({ dispatch: row.label, kernel: row.kernel, ...cells(row) })),
    },
    {
      title: `Batch ${batch}: kernels`,
      notes: [],
      rows: profiled.kernels.map((row) => ({ kernel: row.label, dispatches: row.count, ...cells(row) })),
    },
  ];
}

/** From nothing to the first answer, and which kernel's compiling that took. */
export function firstAnswerSections({ first_answer }: ModelReport): Section[] {
  if (!first_answer) return [];
  const { batch, cold, warm } = first_answer;
  const parts: [name: string, key: Exclude<keyof FirstAnswer, 'pipelines' | 'dispatches'>][] = [
    ['process and modules', 'process_ms'],
    ['adapter and device', 'device_ms'],
    ['weights to the GPU', 'weights_ms'],
    ['compile', 'compile_ms'],
    ['first run', 'first_run_ms'],
    ['first answer, in all', 'total_ms'],
    ['second run', 'second_run_ms'],
  ];
  const answers = { cold, ...(warm && { warm }) };
  const cache = warm
    ? 'Cold: the driver finds nothing in its cache on disk. Warm: it finds what the cold start left.'
    : 'The driver left no cache on disk where it was told to: there is no warm start to time.';
  const madeMs = ({ pipelines }: FirstAnswer, kernel: string) =>
    Math.max(0, ...pipelines.flatMap((made) => (made.kernel === kernel ? made.compile_ms : [])));
  const extraMs = ({ dispatches }: FirstAnswer, kernel: string) => {
    if (!dispatches) return 'not known';
    const own = dispatches.filter((dispatch) => dispatch.kernel === kernel);
    return milliseconds(own.reduce((sum, { first_ms, second_ms }) => sum + Math.max(0, first_ms - second_ms), 0));
  };
  const kernels = [...new Set(cold.pipelines.map(({ kernel }) => kernel))];
  return [
    {
      title: `First answer, batch ${batch}, in a fresh process`,
      notes: [cache],
      rows: parts.map(([part, key]) => ({
        part,
        ...Object.fromEntries(
          Object.entries(answers).map(([name, answer]) => [`${name}, ms`, milliseconds(answer[key])]),
        ),
      })),
    },
    {
      title: 'Compiling, by kernel',
      notes: [
        'Made: from asking for the pipeline until it was there; they are made together, so these times overlap. ' +
          'First run: what its dispatches took longer than in the second run; software adapters compile in it.',
      ],
      rows: kernels.map((kernel) => ({
        kernel,
        ...Object.fromEntries(
          Object.entries(answers).flatMap(([name, answer]) => [
            [`made ${name}, ms`, milliseconds(madeMs(answer, kernel))],
            [`first run ${name}, ms`, extraMs(answer, kernel)],
          ]),
        ),
      })),
    },
  ];
}

import type { KernelReport, KernelRow } from '../measure/types.ts';
import type { TableRow } from '../table.ts';

const number = (value: number, digits = 4) => String(Number(value.toPrecision(digits)));

/** Adapter, mode and warnings, on one line. */
export function headline({ fingerprint, software, rows, commit, date }: KernelReport): string {
  const { driver, dawn, cpu } = fingerprint;
  const modes = [...new Set(rows.map(({ mode }) => mode))].join(', ');
  const parts = [
    driver,
    cpu && `on ${cpu}`,
    `webgpu ${dawn}`,
    modes && `${modes} caches`,
    commit && `commit ${commit}`,
    date,
  ];
  const warning = software ? ' A software adapter: times compare only within this run.' : '';
  return `${parts.filter(Boolean).join('; ')}.${warning}`;
}

/** The ceilings in words. */
export function ceilingLines({ ceilings }: KernelReport): string[] {
  const { f32_gflop_per_s, f16_gflop_per_s, memory_gb_per_s, cache_gb_per_s, workgroup_gb_per_s } = ceilings;
  const half = f16_gflop_per_s === null ? 'no f16' : `f16 ${number(f16_gflop_per_s)} GFLOP/s`;
  return [
    `Ceilings: multiply-add f32 ${number(f32_gflop_per_s)} GFLOP/s, ${half}; memory ${number(memory_gb_per_s)} GB/s, ` +
      `caches ${number(cache_gb_per_s)} GB/s, workgroup memory ${number(workgroup_gb_per_s)} GB/s.`,
  ];
}

/** A line for each row, numbered as in the picture; with an earlier report, what has become of each time since. */
export function kernelTable({ rows }: KernelReport, before?: KernelReport): TableRow[] {
  return rows.map((row, i) => ({
    '#': i + 1,
    kernel: row.kernel,
    problem: row.problem,
    'median ms': number(row.summary.median_ms),
    ...(before ? { change: change(row, before) } : {}),
    '95 % interval': row.summary.ci95_ms.map((ms) => number(ms)).join(' … '),
    'p20 … p80': `${number(row.summary.p20_ms)} … ${number(row.summary.p80_ms)}`,
    'GFLOP/s': number(row.gflop_per_s, 3),
    'GB/s': number(row.gb_per_s, 3),
    'FLOP/B': number(row.intensity, 3),
    'of roof': `${(100 * row.ceiling_share).toPrecision(2)} %`,
    'held by': row.limiter,
    'compile ms': number(row.compile_ms, 3),
    samples: `${row.summary.count} × ${row.repeats} ${row.clock}`,
    variant: `groups ${row.workgroups.join('×')}; ${row.variant}`,
  }));
}

/** By how much the median has moved; where the intervals overlap that may be chance. */
function change({ kernel, problem, mode, summary }: KernelRow, before: KernelReport): string {
  const old = before.rows.find((row) => row.kernel === kernel && row.problem === problem && row.mode === mode)?.summary;
  if (!old) return 'new';
  const share = 100 * (summary.median_ms / old.median_ms - 1);
  const text = `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(1)} %`;
  const overlap = old.ci95_ms[0] <= summary.ci95_ms[1] && summary.ci95_ms[0] <= old.ci95_ms[1];
  return overlap ? `${text} or none` : text;
}

/** What went wrong, a paragraph for each. */
export function failureLines({ failures }: KernelReport): string[] {
  return failures.map(
    ({ kernel, problem, reason, message }) => `${reason.toUpperCase()}: ${kernel} ${problem}: ${message}`,
  );
}

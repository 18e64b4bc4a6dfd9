import { placeLabels } from 'movt/evaluate/place-labels';
import { Plot, renderPlot } from 'movt/plot';
import type { KernelReport, KernelRow } from '../measure/types.ts';
import { short } from './numbers.ts';

/** Legible on white and on black. */
const COLOURS = { compute: '#2f81d6', memory: '#d97706', latency: '#a855f7' };

const WIDTH = 1180;
const HEIGHT = 640;
const MARGIN = { top: 30, right: 430, bottom: 44, left: 60 };
const LINE = 14;
/** Where a number may stand, up and down from its point. */
const SHIFTS = [0, -10, 10, -20, 20, -30, 30, -40, 40];

interface Mark {
  readonly number: string;
  readonly row: KernelRow;
  readonly dx: number;
  readonly dy: number;
}

/** Kernels as numbered points in the plane of intensity and rate, log-log, under the adapter's ceilings. */
export function renderRoofline(report: KernelReport): string {
  const { ceilings, software, fingerprint } = report;
  const { f32_gflop_per_s, f16_gflop_per_s, memory_gb_per_s, cache_gb_per_s } = ceilings;
  // What computes nothing has no place on a logarithmic scale; it stands in the list alone.
  const rows = report.rows.map((row, i) => ({ row, number: String(i + 1) }));
  const placed = rows.filter(({ row }) => row.flop_count > 0);
  const peak = Math.max(f32_gflop_per_s, f16_gflop_per_s ?? 0);
  const xs = placed.map(({ row }) => row.intensity);
  const ys = placed.map(({ row }) => row.gflop_per_s);
  const x: [number, number] = [Math.min(0.1, ...xs) / 2, Math.max((4 * f32_gflop_per_s) / memory_gb_per_s, ...xs) * 2];
  const y: [number, number] = [Math.min(peak / 100, ...ys) / 2, peak * 2];

  const slope = (name: string, gb_per_s: number) => ({
    name: `${name} ${short(gb_per_s)} GB/s`,
    points: [
      { intensity: Math.max(x[0], y[0] / gb_per_s), roof: Math.max(x[0] * gb_per_s, y[0]) },
      { intensity: peak / gb_per_s, roof: peak },
    ],
  });
  const slopes = [slope('memory', memory_gb_per_s), slope('caches', cache_gb_per_s)];
  const flats = [
    { name: `multiply-add f32 ${short(f32_gflop_per_s)} GFLOP/s`, roof: f32_gflop_per_s },
    ...(f16_gflop_per_s === null
      ? []
      : [{ name: `multiply-add f16 ${short(f16_gflop_per_s)} GFLOP/s`, roof: f16_gflop_per_s }]),
  ];
  const marks = keepApart(placed, x, y);
  const list = rows.map(({ row, number }) => `${number.padStart(2)} ${row.kernel} ${row.problem}`.slice(0, 66));
  const warning = software ? 'a software adapter: compares only within this run' : '';

  return renderPlot({
    width: WIDTH,
    height: Math.max(HEIGHT, MARGIN.top + MARGIN.bottom + list.length * LINE),
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: { fontSize: '12px', background: 'none', color: 'currentColor' },
    x: {
      type: 'log',
      domain: x,
      label: 'intensity, FLOP/byte →',
      labelAnchor: 'center',
      grid: true,
      ticks: 6,
      tickFormat: short,
    },
    y: {
      type: 'log',
      domain: y,
      label: `↑ GFLOP/s; ${[fingerprint.driver, warning].filter(Boolean).join('; ')}`,
      grid: true,
      ticks: 6,
      tickFormat: short,
    },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      ...slopes.map(({ points }) =>
        Plot.line(points, { x: 'intensity', y: 'roof', stroke: 'currentColor', strokeOpacity: 0.6 }),
      ),
      ...flats.map(({ roof }) =>
        Plot.line(
          [
            { intensity: x[0], roof },
            { intensity: x[1], roof },
          ],
          { x: 'intensity', y: 'roof', stroke: 'currentColor', strokeOpacity: 0.6 },
        ),
      ),
      ...flats.map((flat) =>
        Plot.text([flat], { x: () => x[1], y: 'roof', text: 'name', textAnchor: 'end', dy: -7, fill: 'currentColor' }),
      ),
      ...slopes.map(({ name, points }) =>
        Plot.text([points[0]], {
          x: 'intensity',
          y: 'roof',
          text: () => name,
          textAnchor: 'start',
          dx: 8,
          dy: 4,
          fill: 'currentColor',
        }),
      ),
      Plot.dot(marks, {
        x: ({ row }: Mark) => row.intensity,
        y: ({ row }: Mark) => row.gflop_per_s,
        fill: ({ row }: Mark) => row.limiter,
        r: 4,
        title: ({ number, row }: Mark) =>
          `${number} ${row.kernel} ${row.problem}: ${short(row.gflop_per_s)} GFLOP/s, ${(100 * row.ceiling_share).toPrecision(2)} % of its roof, held by ${row.limiter}`,
      }),
      ...marks.map((mark) =>
        Plot.text([mark], {
          x: ({ row }: Mark) => row.intensity,
          y: ({ row }: Mark) => row.gflop_per_s,
          text: 'number',
          dx: mark.dx,
          dy: mark.dy,
          textAnchor: 'start',
          fontSize: 10,
          fill: 'currentColor',
        }),
      ),
      ...list.map((text, i) =>
        Plot.text([text], {
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 16,
          dy: i * LINE,
          fontSize: 11,
          fill: COLOURS[rows[i].row.limiter],
        }),
      ),
      ...Object.entries(COLOURS).map(([limiter, colour], i) =>
        Plot.text([`● held by ${limiter}`], {
          frameAnchor: 'bottom-right',
          dx: -8,
          dy: -8 - (2 - i) * LINE,
          fill: colour,
        }),
      ),
    ],
  });
}

/** Puts each point's number beside it, or above or below where another one stands already. */
function keepApart(
  points: readonly { number: string; row: KernelRow }[],
  x: readonly number[],
  y: readonly number[],
): Mark[] {
  const scale = (value: number, [low, high]: readonly number[], length: number) =>
    (Math.log(value / low) / Math.log(high / low)) * length;
  const places = points.map(({ row }) => {
    const left = scale(row.intensity, x, WIDTH - MARGIN.left - MARGIN.right);
    const top = -scale(row.gflop_per_s, y, HEIGHT - MARGIN.top - MARGIN.bottom);
    return SHIFTS.map((dy) => ({ left, top: top + dy, right: left + 14, bottom: top + dy + 9 }));
  });
  const chosen = placeLabels(places);
  return points.map(({ number, row }, i) => ({ number, row, dx: 6, dy: SHIFTS[chosen[i]] }));
}

import { Plot, renderPlot } from 'movt/plot';
import { escapeHtml, renderPage } from '../report/page.ts';
import { type Comparison, rowName } from './comparison.ts';
import { headline, notes, sorted } from './text.ts';
import type { Verdict } from './verdict.ts';

/** Readable on white and on black. */
const COLOURS: Record<Verdict, string> = {
  SLOWER: '#d1495b',
  FASTER: '#2a9d6f',
  SAME: '#8a8f98',
  UNDECIDED: '#c98a1b',
};

/** No interval is drawn further than this, either way. */
const FURTHEST = 2;

/** A comparison as a page with its picture. */
export function asPage(comparison: Comparison): string {
  const { a, b, rows } = comparison;
  const table = sorted(rows)
    .map(({ kernel, problem, verdict, ratio, ci95, a_median_ms, b_median_ms, delta, p_holm }) => {
      const numbers = [
        ratio.toFixed(3),
        ci95.map((end) => end.toFixed(3)).join(' … '),
        a_median_ms.toPrecision(4),
        b_median_ms.toPrecision(4),
        delta.toFixed(2),
        p_holm < 0.001 ? '&lt; 0.001' : p_holm.toFixed(3),
      ];
      return (
        `<tr><td>${escapeHtml(kernel)}<td class="text">${escapeHtml(problem)}` +
        `<td class="text" style="color:${COLOURS[verdict]};font-weight:600">${verdict}${numbers.map((cell) => `<td>${cell}`).join('')}`
      );
    })
    .join('\n');
  return renderPage(
    'Kernels compared',
    `<p>a: ${escapeHtml(a)}<br>b: ${escapeHtml(b)}<p><strong>${escapeHtml(headline(comparison))}</strong>
<div class="wide">${rows.length > 0 ? drawRatios(comparison) : ''}</div>
<div class="wide"><table>
<tr><th>kernel<th class="text">problem<th class="text">verdict<th>ratio<th>95 % interval<th>a ms<th>b ms<th>effect<th>p
${table}
</table></div>
${notes(comparison)
  .map((line) => `<p class="quiet">${escapeHtml(line)}`)
  .join('\n')}`,
  );
}

/** Ratio with its interval for every row, the slowest first, over the band of what counts as the same. */
export function drawRatios({ rows, margin }: Comparison): string {
  const marks = sorted(rows).map((row) => ({
    name: shorten(rowName(row)),
    verdict: row.verdict,
    ratio: clamp(row.ratio),
    low: clamp(row.ci95[0]),
    high: clamp(row.ci95[1]),
  }));
  const names = marks.map(({ name }) => name);
  const ends = marks.flatMap(({ low, high }) => [low, high]);
  const domain = [Math.min(0.9, ...ends) / 1.02, Math.max(1.1, ...ends) * 1.02] as const;
  const ticks = roundRatios(domain);
  return renderPlot({
    width: 1000,
    height: 80 + 22 * rows.length,
    marginLeft: 420,
    marginRight: 100,
    marginBottom: 50,
    style: { fontSize: '12px' },
    x: {
      type: 'log',
      domain,
      axis: null,
    },
    y: { type: 'band', domain: names, label: null },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.gridX(ticks),
      Plot.axisX(ticks, {
        label: 'time of b / time of a →',
        labelOffset: 42,
        text: ticks.map((value) => value.toFixed(2)),
      }),
      Plot.rectX([0], { x1: 1 / (1 + margin), x2: 1 + margin, fill: 'currentColor', fillOpacity: 0.1 }),
      Plot.ruleX([1], { stroke: 'currentColor', strokeOpacity: 0.5 }),
      Plot.ruleY(marks, { y: 'name', x1: 'low', x2: 'high', stroke: 'verdict', strokeWidth: 3 }),
      Plot.dot(marks, { y: 'name', x: 'ratio', fill: 'verdict', r: 5 }),
      Plot.text(marks, { y: 'name', x: 'high', text: 'verdict', fill: 'verdict', textAnchor: 'start', dx: 8 }),
    ],
  });
}

const clamp = (ratio: number) => Math.min(FURTHEST, Math.max(1 / FURTHEST, ratio));
const shorten = (name: string) => (name.length > 64 ? `${name.slice(0, 63)}…` : name);

/** At most ten round numbers within the bounds; a logarithmic axis by itself labels some of its ticks only. */
function roundRatios([low, high]: readonly [number, number]): number[] {
  const hundredths = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => (100 * (high - low)) / step < 10) ?? 1000;
  const first = Math.ceil((100 * low) / hundredths);
  const last = Math.floor((100 * high) / hundredths);
  return Array.from({ length: last - first + 1 }, (_, i) => ((first + i) * hundredths) / 100);
}

import { Plot, renderPlot } from 'movt/plot';
import { short } from '../report/numbers.ts';
import { escapeHtml, renderPage } from '../report/page.ts';
import { OURS } from './list.ts';
import { type PeerRow, type PeersReport, problems, remarks, tableCells } from './report.ts';

const COLOURS = { domain: ['movt', 'WebGPU peer', 'CPU'], range: ['#0d9488', '#6366f1', '#a1a1aa'] };

/** The report as one HTML page. */
export function peersPage(report: PeersReport): string {
  return renderPage(`${report.model} beside its peers, on ${report.adapter}`, peersBody(report));
}

/** What has to be known, bars for each batch size, and the table. */
export function peersBody(report: PeersReport): string {
  const batches = [...new Set(report.rows.map(({ batch }) => batch))];
  const charts = batches.map((batch) => {
    const rows = report.rows.filter((row) => row.batch === batch);
    return `<h2>Batch ${batch}: median milliseconds, with the median's 95 % interval</h2>\n${barChart(rows)}`;
  });
  const [headings, ...lines] = tableCells(report);
  const cells = (line: readonly string[], tag: string) =>
    `<tr>${line.map((cell, i) => `<${tag}${i < 3 ? ' class="text"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const table = `<div class="wide"><table>\n${[cells(headings, 'th'), ...lines.map((line) => cells(line, 'td'))].join('\n')}\n</table></div>`;
  const notes = remarks(report).map((sentence) => `<p>${escapeHtml(sentence)}</p>`);
  const faults = problems(report).map((line) => `<p class="warn">${escapeHtml(line)}</p>`);
  return [notes.join('\n'), ...charts, '<h2>All figures</h2>', table, ...faults].join('\n');
}

function barChart(rows: readonly PeerRow[]): string {
  const bars = rows
    .filter(({ summary }) => summary !== null)
    .map(({ peer, kind, summary, times_ours }) => ({
      peer,
      group: peer === OURS ? 'movt' : kind === 'webgpu' ? 'WebGPU peer' : 'CPU',
      median: summary!.median_ms,
      low: summary!.ci95_ms[0],
      high: summary!.ci95_ms[1],
      label:
        peer === OURS
          ? `${short(summary!.median_ms)} ms`
          : `${short(summary!.median_ms)} ms, ${times_ours!.toFixed(2)} × ours`,
    }));
  return renderPlot({
    width: 960,
    height: 60 + 34 * bars.length,
    marginLeft: 130,
    marginRight: 170, // room for the label of the longest bar
    x: { label: 'ms', grid: true, domain: [0, Math.max(...bars.map(({ high }) => high))], zero: true },
    y: { label: null, domain: bars.map(({ peer }) => peer) },
    color: { ...COLOURS, legend: false },
    marks: [
      Plot.barX(bars, { x: 'median', y: 'peer', fill: 'group' }),
      Plot.ruleY(bars, { x1: 'low', x2: 'high', y: 'peer', stroke: 'currentColor', strokeWidth: 1.5 }),
      Plot.text(bars, { x: 'high', y: 'peer', text: 'label', textAnchor: 'start', dx: 8 }),
      Plot.ruleX([0]),
    ],
  });
}

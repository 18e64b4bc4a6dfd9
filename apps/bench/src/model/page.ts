import { htmlTable } from '../report/html-table.ts';
import { escapeHtml, renderPage } from '../report/page.ts';
import { renderTimeline, type TimelineBar } from '../report/timeline.ts';
import type { BatchRow } from './measure-batch.ts';
import {
  breakdownSection,
  dispatchSections,
  firstAnswerSections,
  headline,
  type ModelReport,
  type Section,
  summarySection,
} from './report.ts';
import type { RunProfile } from './run-profile.ts';

/** The report as a page; for each batch a timeline of its profiled run. */
export function renderModelPage(report: ModelReport, profiles: readonly RunProfile[]): string {
  const batches = report.rows.map((row, i) => renderBatch(row, profiles[i]));
  const body = [
    `<p>${escapeHtml(headline(report))}.</p>`,
    report.software ? '<p class="warn">A software adapter: times compare only within this run.</p>' : '',
    renderSection(summarySection(report.rows)),
    ...batches,
    ...firstAnswerSections(report).map(renderSection),
  ];
  return renderPage(`Where the time of ${report.preset} goes`, body.join('\n'));
}

/** A batch's profiled run as a timeline, and where its time went. */
export function renderBatch(row: BatchRow, profile: RunProfile): string {
  const sections = [breakdownSection(row), ...dispatchSections(row)].map(renderSection);
  return `<h2>Batch ${row.batch}: one profiled run</h2>\n${drawRun(profile)}\n${sections.join('\n')}`;
}

/** The CPU's stages over the GPU's passes. */
function drawRun({ stages, gpu, dispatches, wallMs }: RunProfile): string {
  const cpu: TimelineBar[] = stages.map(({ name, start, end }) =>
    name === 'wait' ? { label: name, start, end } : { label: name, start, end, kind: 'work of the CPU' },
  );
  const lanes = [{ name: 'CPU', bars: cpu }];
  if (gpu) {
    const bars = gpu.map(({ name, start, end }, i) => ({ label: name, start, end, kind: dispatches[i].kernel }));
    lanes.push({ name: 'GPU', bars });
  }
  return `<div class="wide timeline">${renderTimeline(lanes, wallMs)}</div>`;
}

/** A table under its title. */
export function renderSection({ title, notes, rows }: Section): string {
  const said = notes.map((note) => `<p class="quiet">${escapeHtml(note)}</p>`);
  return [`<h2>${escapeHtml(title)}</h2>`, ...said, htmlTable(rows)].join('\n');
}

import { renderBatch, renderSection } from '../model/page.ts';
import { headline, summarySection } from '../model/report.ts';
import type { RunProfile } from '../model/run-profile.ts';
import { peersBody } from '../peers/page.ts';
import { escapeHtml, renderPage } from '../report/page.ts';
import type { TrainReport } from './report.ts';

/** The report as a page, with a timeline of a profiled step. */
export function renderTrainPage(report: TrainReport, profile: RunProfile): string {
  const { preset, software, step, peers } = report;
  const body = [
    `<p>${escapeHtml(headline(report))}.</p>`,
    software ? '<p class="warn">A software adapter: times compare only within this run.</p>' : '',
    renderSection(summarySection([step])),
    ...(peers ? [`<h2>Beside its peers</h2>\n${peersBody(peers)}`] : []),
    renderBatch(step, profile),
  ];
  return renderPage(`A training step of ${preset}`, body.join('\n'));
}

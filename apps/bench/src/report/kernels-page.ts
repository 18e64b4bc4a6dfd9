import type { KernelReport } from '../measure/types.ts';
import { htmlTable } from './html-table.ts';
import { ceilingLines, failureLines, headline, kernelTable } from './kernel-report.ts';
import { escapeHtml, renderPage } from './page.ts';
import { renderRoofline } from './roofline-plot.ts';

const HOW = `<p>Every answer was checked against float64 before the first sample and after the last. Times are of single dispatches: from
the GPU's timestamps where they hold against the wall clock and are not rounded, else from the slope of wall time over repeats. Sampling
stops when the 95 % bootstrap interval of the median is narrower than 2 % of it, or when the time for it is spent; no sample is left out.
FLOPs are those of the answer asked for, bytes those that must move at the least; a share of the roof is of the ceiling that is nearer at
that intensity: multiply-adds, or memory (caches where the mode is hot). A kernel below a quarter of both is held back by latency:
too little work at once, or waiting. Compile times are until the pipeline was there and what the first run took longer than the second.</p>`;

/** A report as a page of its own. */
export function renderKernelsPage(report: KernelReport): string {
  const failures = failureLines(report).map((line) => `<pre class="warn">${escapeHtml(line)}</pre>`);
  const body = [
    `<p${report.software ? ' class="warn"' : ''}>${escapeHtml(headline(report))}</p>`,
    ...ceilingLines(report).map((line) => `<p>${escapeHtml(line)}</p>`),
    failures.length > 0 ? `<h2>Failures</h2>\n${failures.join('\n')}` : '',
    report.rows.length > 0
      ? `<h2>Roofline</h2>\n${renderRoofline(report)}\n<h2>Kernels</h2>\n${htmlTable(kernelTable(report))}`
      : '',
    `<h2>How it was measured</h2>\n${HOW}`,
  ];
  return renderPage('Kernels under the roofline', body.filter(Boolean).join('\n'));
}

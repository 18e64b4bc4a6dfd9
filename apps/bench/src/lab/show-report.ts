import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import type { KernelReport } from '../measure/types.ts';
import { ceilingLines, failureLines, headline, kernelTable } from '../report/kernel-report.ts';
import { printTable } from '../table.ts';
import type { KernelOutputs } from './options.ts';

/**
 * Prints a report and writes the files that were asked for. A failure among its kernels sets exit code 1.
 *
 * @param before an earlier report of the same kernels, to show what has changed
 */
export async function showReport(
  report: KernelReport,
  { json, html, svg }: KernelOutputs,
  before?: KernelReport,
): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (json === '-') process.stdout.write(text);
  else {
    console.log([headline(report), ...ceilingLines(report), ''].join('\n'));
    if (report.rows.length > 0) printTable(kernelTable(report, before));
    for (const line of failureLines(report)) console.log(`\n${line}`);
  }
  if (json !== undefined && json !== '-') await writeFileAtomic(json, text);
  if (html !== undefined) {
    const { renderKernelsPage } = await import('../report/kernels-page.ts');
    await writeFileAtomic(html, renderKernelsPage(report));
  }
  if (svg !== undefined) {
    const { renderRoofline } = await import('../report/roofline-plot.ts');
    await writeFileAtomic(svg, renderRoofline(report));
  }
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}

import { short } from '../report/numbers.ts';
import { costOn, DEFAULT_AXIS } from './axes.ts';
import { spreadText } from './figures.ts';
import { frontOf, frontSentence } from './findings.ts';
import type { ParetoReport } from './report.ts';

/** The report for a terminal: every point by rising cost, and what became of the lessons. */
export function paretoText(report: ParetoReport): string {
  const front = new Set(frontOf(report.points, DEFAULT_AXIS).map(({ point }) => point));
  const rows = [...report.points]
    .sort((a, b) => costOn(a, DEFAULT_AXIS) - costOn(b, DEFAULT_AXIS))
    .map((point) => [
      front.has(point) ? '*' : ' ',
      point.label,
      spreadText(point.top1),
      short(point.cost.model.thop),
      short(costOn(point, DEFAULT_AXIS)),
      short(point.ms.model),
      point.detail ?? '',
    ]);
  const head = ['', 'model', 'top-1', 'thop G', 'GMAC with tracker', 'ms', ''];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
  const lessons = report.lessons.map(({ title, verdict, evidence }) => `${verdict}: ${title}. ${evidence}`);
  return [...lines, '', frontSentence(report.points, DEFAULT_AXIS), '', ...lessons].join('\n');
}

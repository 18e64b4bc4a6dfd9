import { PAPER_CASCADE, PAPER_LOW_DATA } from 'movt/paper';
import { htmlTable } from '../report/html-table.ts';
import { percent, short } from '../report/numbers.ts';
import { escapeHtml } from '../report/page.ts';
import type { TableRow } from '../table.ts';
import { AXES, type Axis, axisKey, costOn, MEASURES, SCOPES, UNITS } from './axes.ts';
import { spreadText } from './figures.ts';
import { frontOf } from './findings.ts';
import { rowId } from './plot.ts';
import type { ParetoPoint, ParetoReport } from './report.ts';
import { LOOK } from './series.ts';

/** The front of an axis as steps: what each one gains over the one before, and for how much. */
export function frontTable(points: readonly ParetoPoint[], axis: Axis): string {
  const front = frontOf(points, axis);
  const isDetailed = front.some(({ point }) => point.detail);
  return htmlTable(
    front.map(({ point, place, cost }, i): TableRow => {
      const before = front[i - 1];
      const gain = before ? 100 * (point.top1.mean - before.point.top1.mean) : 0;
      return {
        'on the front': `${place + 1} ${point.label}`,
        'top-1': spreadText(point.top1),
        [UNITS[axis.measure]]: short(cost),
        'gain over the one before': before ? `+${gain.toFixed(1)} points` : '',
        'for the cost of it': before ? `× ${short(cost / before.cost)}` : '',
        ...(isDetailed && { with: point.detail ?? '' }),
      };
    }),
  );
}

/** Every point with its figures on every axis; those that put it on a front carry a star. */
export function pointsTable(points: readonly ParetoPoint[]): string {
  const fronts = new Map(
    AXES.map((axis) => [axisKey(axis), new Set(frontOf(points, axis).map(({ place }) => place))] as const),
  );
  const groups = MEASURES.map((measure) => ({ measure, axes: AXES.filter((axis) => axis.measure === measure) }));
  const head = [
    `<th colspan="6">${groups.map(({ measure, axes }) => `<th class="group" colspan="${axes.length}">${UNITS[measure]} a clip`).join('')}`,
    ['#', 'model', 'frames', 'points', 'parameters', 'top-1']
      .map((name) => `<th${name === 'model' || name === 'top-1' ? ' class="text"' : ''}>${name}`)
      .join('') +
      AXES.map(
        ({ scope }) => `<th>${scope === SCOPES[0] ? 'model' : scope === 'decode' ? '+ decoding' : '+ tracker'}`,
      ).join(''),
  ];
  const body = points.map((point, place) => {
    const { series, label, detail, frames, parameters, top1 } = point;
    const name = `<span style="color:${LOOK[series].colour}">${LOOK[series].glyph}</span> ${escapeHtml(label)}${
      detail ? `<br><span class="quiet">${escapeHtml(detail)}</span>` : ''
    }`;
    const figures = AXES.map((axis) => {
      const isOn = fronts.get(axisKey(axis))!.has(place);
      const figure = Number(costOn(point, axis).toPrecision(4));
      return `<td>${isOn ? `<b>${figure}</b>` : figure}`;
    });
    const cells = [
      `<td>${place + 1}`,
      `<td class="text">${name}`,
      `<td>${frames}`,
      `<td>${point.points ?? '–'}`,
      `<td>${(parameters / 1e6).toFixed(2)} M`,
      `<td class="text">${spreadText(top1)}`,
      ...figures,
    ];
    return `<tr id="${escapeHtml(rowId(point))}">${cells.join('')}`;
  });
  return `<div class="wide"><table class="points">\n<thead><tr>${head.join('\n<tr>')}\n<tbody>${body.join('\n')}\n</table></div>`;
}

/** Models trained on ever fewer clips: top-1 and what of it is lost, beside what the paper reports. */
export function lowDataTable({ lowData }: ParetoReport): string {
  const labels = [...new Set(lowData.map(({ label }) => label))];
  const shares = [...new Set(lowData.map(({ share }) => share))].sort((a, b) => b - a);
  const rows = shares.map((share): TableRow => {
    const cells = labels.flatMap((label) => {
      const rowsOf = lowData.filter((row) => row.label === label);
      const row = rowsOf.find((one) => one.share === share);
      const full = rowsOf.reduce((a, b) => (b.share > a.share ? b : a));
      const lost = row && row !== full ? points(row.top1.mean - full.top1.mean) : '';
      return [
        [label, row ? spreadText(row.top1) : ''],
        [`${label}: change`, lost],
      ];
    });
    const { lost, dataset } = PAPER_LOW_DATA;
    const paper = share === PAPER_LOW_DATA.share ? `MovT ${points(-lost.MovT)}, PixT ${points(-lost.PixT)}` : '';
    return {
      'training clips': `${Math.round(100 * share)} % (${lowData.find((row) => row.share === share)!.clips})`,
      ...Object.fromEntries(cells),
      [`the paper, ${dataset}`]: paper,
    };
  });
  return htmlTable(rows);
}

/** Thresholds of the cascade, and the paper's two beside them. */
export function cascadeTable({ sweep }: NonNullable<ParetoReport['cascade']>): string {
  return htmlTable(
    sweep.map(({ threshold, coverage, accuracy, coveredAccuracy, expectedGmac }) => ({
      'threshold τ': threshold.toFixed(3),
      'answered by the small one': percent(coverage),
      'top-1 of those': coveredAccuracy === null ? '' : percent(coveredAccuracy),
      'top-1 of all clips': percent(accuracy),
      'expected GMAC a clip, models': short(expectedGmac),
    })),
  );
}

/** What the paper prints of its cascade: a sentence. */
export const PAPER_CASCADE_TEXT = `The paper, on Jester: ${PAPER_CASCADE.map(
  ({ threshold, coverage, coveredAccuracy }) =>
    `τ = ${threshold}: ${Math.round(100 * coverage)} % of the clips answered, ${percent(coveredAccuracy)} of those right`,
).join('; ')}.`;

/** Class by class, the ones first where MovT is further ahead. */
export function perClassTable({ movt, pixt, classes }: NonNullable<ParetoReport['perClass']>): string {
  const rows = [...classes].sort((a, b) => b.movt - b.pixt - (a.movt - a.pixt));
  return htmlTable(
    rows.map((row) => ({
      class: row.name,
      'test clips': row.clips,
      [movt]: percent(row.movt),
      [pixt]: percent(row.pixt),
      difference: points(row.movt - row.pixt),
    })),
  );
}

/** A difference of two shares. */
function points(difference: number): string {
  const value = (100 * Math.abs(difference)).toFixed(1);
  return `${difference < 0 ? '−' : '+'}${value} points`;
}

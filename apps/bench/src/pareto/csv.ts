import { csvText } from '../report/csv.ts';
import { AXES, axisKey, costOn } from './axes.ts';
import { paretoFront } from './front.ts';
import type { ParetoPoint } from './report.ts';

type Column = readonly [name: string, cell: (point: ParetoPoint, place: number) => string | number];

/**
 * Every point as a row of CSV (RFC 4180): accuracies are shares, costs 10⁹ a clip by the convention or milliseconds, a column an
 * axis; `on_front` lists the axes on whose front it stands.
 */
export function paretoCsv(points: readonly ParetoPoint[]): string {
  const fronts = AXES.map((axis) => ({
    key: axisKey(axis),
    places: paretoFront(points.map((point) => ({ cost: costOn(point, axis), accuracy: point.top1.mean }))),
  }));
  const columns: Column[] = [
    ['number', (_, place) => place + 1],
    ['key', ({ key }) => key],
    ['series', ({ series }) => series],
    ['label', ({ label }) => label],
    ['frames', ({ frames }) => frames],
    ['points', ({ points }) => points ?? ''],
    ['parameters', ({ parameters }) => parameters],
    ['top1_mean', ({ top1 }) => top1.mean],
    ['top1_sd', ({ top1 }) => top1.sd],
    ['top1_seeds', ({ top1 }) => top1.seeds.join(' ')],
    ...AXES.map((axis): Column => [axisKey(axis).replace('-', '_'), (point) => costOn(point, axis)]),
    [
      'on_front',
      (_, place) =>
        fronts
          .filter(({ places }) => places.includes(place))
          .map(({ key }) => key)
          .join(' '),
    ],
    ['detail', ({ detail }) => detail ?? ''],
  ];
  return csvText([
    columns.map(([name]) => name),
    ...points.map((point, place) => columns.map(([, cell]) => cell(point, place))),
  ]);
}

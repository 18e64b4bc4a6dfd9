import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { AXES, axisName, costOn, DEFAULT_AXIS } from './axes.ts';
import { paretoCsv } from './csv.ts';
import { paretoPage } from './page.ts';
import { ALONE, paretoPlot } from './plot.ts';
import type { ParetoReport } from './report.ts';

/**
 * Writes report.json, report.csv, report.svg (the default axis) and report.html into the folder, each by renaming.
 *
 * @throws MovtError bad_input where a report holds no points, a share outside 0 … 1, no seed, a cost that a logarithmic axis cannot show, or a key twice
 */
export async function writeReport(folder: string, report: ParetoReport): Promise<void> {
  checkPoints(report);
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw fileError('writing', folder, error);
  });
  const files = {
    'report.json': `${JSON.stringify(report, null, 1)}\n`,
    'report.csv': paretoCsv(report.points),
    'report.svg': paretoPlot(report, DEFAULT_AXIS, ALONE),
    'report.html': paretoPage(report),
  };
  for (const [name, text] of Object.entries(files)) await writeFileAtomic(join(folder, name), text);
}

function checkPoints({ points }: ParetoReport): void {
  const refuse = (given: string, needed: string) => badInput({ action: 'writing a Pareto report', given, needed });
  if (points.length === 0) throw refuse('no results', 'at least one measured point: run the studies first');
  const keys = new Set<string>();
  for (const point of points) {
    const { key, label, top1 } = point;
    if (!/^[\w.-]+$/.test(key) || keys.has(key))
      throw refuse(`key ${JSON.stringify(key)}`, 'a name of its own, of letters, digits, -, _ and .');
    keys.add(key);
    const shares = [top1.mean, ...top1.seeds];
    if (top1.seeds.length === 0 || !shares.every((share) => share >= 0 && share <= 1)) {
      throw refuse(`top-1 ${shares.join(', ')} of ${label}`, 'a mean and at least one seed, shares of 0 … 1');
    }
    for (const axis of AXES) {
      const cost = costOn(point, axis);
      if (!(cost > 0 && cost < Number.POSITIVE_INFINITY))
        throw refuse(`${cost} ${axisName(axis)} for ${label}`, 'a cost above 0');
    }
  }
}

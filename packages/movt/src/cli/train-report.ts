import { join } from 'node:path';
import { bestEpoch, type EpochRecord, type ValidationRecord } from '../train/history.ts';
import { CURVES, METRICS, MODEL } from '../train/run-folder.ts';
import type { Run } from '../train/run-state.ts';

/** One line about an epoch. */
export function describeEpoch(record: EpochRecord, epochs: number): string {
  const { epoch, loss, validation, learning_rate, clips_per_s } = record;
  const parts = [
    `epoch ${epoch}/${epochs}: loss ${loss.toFixed(4)}`,
    ...(validation
      ? [`validation loss ${validation.loss.toFixed(4)}`, ...score(validation).map((pair) => pair.join(' '))]
      : []),
    `learning rate ${Number(learning_rate.toPrecision(3))}`,
    `${clips_per_s.toFixed(0)} clips/s`,
  ];
  return parts.join(', ');
}

function score({ top1, mean_pearson }: ValidationRecord): [name: string, value: string][] {
  if (top1 !== undefined) return [['top-1', top1.toFixed(4)]];
  return mean_pearson === undefined ? [] : [["Pearson's r", mean_pearson?.toFixed(4) ?? 'undefined']];
}

/** The table that a run ends with. */
export function summary(history: readonly EpochRecord[], { settings }: Run, folder: string): string {
  const best = bestEpoch(history, settings)!;
  const { loss, validation, step } = best;
  const lines: [name: string, value: string][] = [
    ['epochs', `${history.length} of ${settings.epochs}, ${history.at(-1)!.step} steps`],
    ['kept', `epoch ${best.epoch} (step ${step})${validation ? ', the best on validation' : ', the last'}`],
    ['loss', loss.toFixed(4)],
    ...(validation ? [['validation loss', validation.loss.toFixed(4)] as [string, string]] : []),
    ...(validation ? score(validation).map(([name, value]): [string, string] => [`validation ${name}`, value]) : []),
    ['model', join(folder, MODEL)],
    ['metrics', join(folder, METRICS)],
    ['curves', join(folder, CURVES)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

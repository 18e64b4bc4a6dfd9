import { type CascadePoint, cascadeSweep, chooseThreshold, judgeCascade, lateFusion } from 'movt';
import { meanOf } from 'movt/statistics';
import { percent } from '../report/numbers.ts';
import { type Labels, type SeedLogits, spread, top1 } from './accuracy.ts';
import { type Expense, inSequence } from './costs.ts';
import type { CascadeRow, ParetoPoint } from './report.ts';

/** A point together with what was measured of it. */
export interface Measured {
  readonly point: ParetoPoint;
  readonly logits: SeedLogits;
}

/** Late fusion of two models, half and half: both see every clip. Seeds go together in their order. */
export function fuse(movt: Measured, big: Measured, labels: Labels): Measured {
  const together = (split: keyof SeedLogits) =>
    movt.logits[split].map((logits, seed) => lateFusion(logits, big.logits[split][seed]));
  const logits = { validation: together('validation'), test: together('test') };
  return {
    logits,
    point: {
      ...inSequence(movt.point, big.point),
      key: `${movt.point.key}.${big.point.key}`,
      series: 'Late fusion',
      label: `${movt.point.label} + ${big.point.label}`,
      frames: Math.max(movt.point.frames, big.point.frames),
      points: movt.point.points,
      top1: spread(logits.test.map((of) => top1(of, labels.test))),
    },
  };
}

/** Cascades of two models: for each of some coverages the threshold that gives it on validation, judged on test. */
export function cascade(
  small: Measured,
  big: Measured,
  /** What is asked where the small model is not sure enough: `big`, or the two fused, for which only `big` has to run besides. */
  fallback: Measured,
  coverages: readonly number[],
  labels: Labels,
): { points: ParetoPoint[]; sweep: CascadeRow[] } {
  const costs = { smallCost: small.point.cost.model.mac, bigCost: big.point.cost.model.mac };
  const seeds = small.logits.validation.length;
  // One threshold for all seeds, from all of their answers: one seed's validation clips are few.
  const sweep = cascadeSweep(
    small.logits.validation.flat(),
    fallback.logits.validation.flat(),
    Array.from({ length: seeds }, () => labels.validation).flat(),
    costs,
  );
  const answers = fallback === big ? big.point.label : 'both fused';
  const points = coverages.map((coverage, i): ParetoPoint => {
    const { threshold } = chooseThreshold(sweep, { coverage });
    const judged = small.logits.test.map((logits, seed) =>
      judgeCascade(logits, fallback.logits.test[seed], labels.test, costs, threshold),
    );
    const covered = meanOf(judged.map((of) => of.coverage));
    const expense: Expense = inSequence(small.point, big.point, 1 - covered);
    return {
      ...expense,
      key: `${small.point.key}.${fallback.point.key}.${i}`,
      series: 'Cascade',
      label: `${small.point.label}, else ${answers}`,
      frames: Math.max(small.point.frames, big.point.frames),
      points: small.point.points,
      top1: spread(judged.map((of) => of.accuracy)),
      detail: `τ = ${threshold.toFixed(3)}, coverage ${percent(covered)} on test (${percent(coverage)} wanted on validation)`,
    };
  });
  return { points, sweep: thin(sweep).map(rowOf) };
}

const rowOf = ({ expectedCost, ...point }: CascadePoint): CascadeRow => ({ ...point, expectedGmac: expectedCost });

/** Rows that a table has room for. */
const MOST_ROWS = 40;

function thin<T>(items: readonly T[]): T[] {
  if (items.length <= MOST_ROWS) return [...items];
  return Array.from({ length: MOST_ROWS }, (_, i) => items[Math.round((i * (items.length - 1)) / (MOST_ROWS - 1))]);
}

import type { Spread } from './report.ts';

/** A share as percent with one decimal, as accuracies are printed. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** `97.1 % ± 0.4 (3 seeds)` */
export function spreadText({ mean, sd, seeds }: Spread): string {
  if (seeds.length < 2) return `${percent(mean)} (1 seed)`;
  return `${percent(mean)} ± ${(100 * sd).toFixed(1)} (${seeds.length} seeds)`;
}

/** Three significant digits, and no exponent. */
export const short = (value: number) => String(Number(value.toPrecision(3)));

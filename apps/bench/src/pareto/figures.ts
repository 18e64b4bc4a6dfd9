import { percent } from '../report/numbers.ts';
import type { Spread } from './report.ts';

/** `97.1 % ± 0.4 (3 seeds)` */
export function spreadText({ mean, sd, seeds }: Spread): string {
  if (seeds.length < 2) return `${percent(mean)} (1 seed)`;
  return `${percent(mean)} ± ${(100 * sd).toFixed(1)} (${seeds.length} seeds)`;
}

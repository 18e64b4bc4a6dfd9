import type { ParetoPoint } from './report.ts';

/** How a clip's cost is told: counted by one of three conventions, or measured. */
export const MEASURES = ['thop', 'mac', 'flop', 'ms'] as const;
export type Measure = (typeof MEASURES)[number];

/** What of the way from a video to an answer is in it; each holds the one before. */
export const SCOPES = ['model', 'tracker', 'decode'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Axis {
  readonly measure: Measure;
  readonly scope: Scope;
}

/** Every axis there is. Decoding is measured only: what a decoder does is nothing that the conventions count. */
export const AXES: readonly Axis[] = MEASURES.flatMap((measure) =>
  SCOPES.filter((scope) => measure === 'ms' || scope !== 'decode').map((scope) => ({ measure, scope })),
);

/** What is shown first: every multiply-accumulate from the frames on, whoever does it. */
export const DEFAULT_AXIS: Axis = { measure: 'mac', scope: 'tracker' };

export const UNITS: Record<Measure, string> = { thop: 'G by thop', mac: 'GMAC', flop: 'GFLOP', ms: 'ms' };
export const SCOPE_NAMES: Record<Scope, string> = {
  model: 'model',
  tracker: 'model + tracker',
  decode: 'model + tracker + decoding',
};

/** `mac-tracker`: an axis in names of files, classes and columns. */
export const axisKey = ({ measure, scope }: Axis) => `${measure}-${scope}`;

/** `GMAC a clip, model + tracker` */
export const axisName = ({ measure, scope }: Axis) => `${UNITS[measure]} a clip, ${SCOPE_NAMES[scope]}`;

/** A clip's cost on an axis: 10⁹ by the convention, or milliseconds. */
export function costOn({ cost, ms }: ParetoPoint, { measure, scope }: Axis): number {
  const parts = SCOPES.slice(0, SCOPES.indexOf(scope) + 1);
  return parts.reduce((sum, part) => {
    if (measure === 'ms') return sum + ms[part];
    return part === 'decode' ? sum : sum + cost[part][measure];
  }, 0);
}

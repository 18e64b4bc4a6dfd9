import type { TrainSettings } from './settings.ts';

/**
 * The learning rate of a step: it rises in a straight line over the steps of the warm-up, and then is what the schedule says.
 * @param step counted from 0 over the whole run
 * @param steps of the whole run
 * @param plateauRate what the plateau has come to
 */
export function learningRateAt(settings: TrainSettings, step: number, steps: number, plateauRate: number): number {
  const { schedule, learningRate, warmUp } = settings;
  const rise = Math.min(1, (step + 1) / (warmUp + 1));
  if (schedule === 'plateau') return rise * plateauRate;
  if (schedule === 'constant' || step < warmUp) return rise * learningRate;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)));
}

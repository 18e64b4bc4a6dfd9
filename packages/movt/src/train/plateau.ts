import type { PlateauSettings } from './settings.ts';

/** What torch.optim.lr_scheduler.ReduceLROnPlateau remembers. */
export interface Plateau {
  readonly learningRate: number;
  /** The best value so far. */
  readonly best: number;
  readonly badEpochs: number;
  /** Epochs of the cooldown that are left. */
  readonly cooldown: number;
}

/** Whether less or more is better. */
export type Mode = 'min' | 'max';

/** Before the first epoch. */
export function startPlateau(learningRate: number, mode: Mode): Plateau {
  return { learningRate, best: mode === 'min' ? Infinity : -Infinity, badEpochs: 0, cooldown: 0 };
}

function isBetter(value: number, best: number, { threshold, thresholdMode }: PlateauSettings, mode: Mode): boolean {
  if (mode === 'min') return value < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
  return value > (thresholdMode === 'rel' ? best * (threshold + 1) : best + threshold);
}

/** The plateau after an epoch that came to `value`: PyTorch 1.13's `step`, in its order. */
export function stepPlateau(state: Plateau, value: number, settings: PlateauSettings, mode: Mode): Plateau {
  let { learningRate, best, badEpochs, cooldown } = state;
  if (isBetter(value, best, settings, mode)) {
    best = value;
    badEpochs = 0;
  } else badEpochs++;
  if (cooldown > 0) {
    cooldown--;
    badEpochs = 0;
  }
  if (badEpochs > settings.patience) {
    const reduced = Math.max(learningRate * settings.factor, settings.minLearningRate);
    if (learningRate - reduced > settings.eps) learningRate = reduced;
    cooldown = settings.cooldown;
    badEpochs = 0;
  }
  return { learningRate, best, badEpochs, cooldown };
}

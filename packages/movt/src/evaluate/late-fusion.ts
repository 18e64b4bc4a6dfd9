import { badInput } from '@movt/kernels';
import { checkLogits, type Logits } from './check-logits.ts';
import { classificationMetrics } from './classification.ts';
import { logProbabilities } from './log-probabilities.ts';

/** How well two models do together with one weight. */
export interface FusedScore {
  /** Share of the first model's logits; the second's have the rest. */
  readonly weight: number;
  readonly top1: number;
  /** Mean negative log-likelihood of the true class, in nats. */
  readonly nll: number;
}

/**
 * Late fusion: the logits of two models for the same clips, combined. The paper's final choice is half and half.
 *
 * @param a [clips][classes] logits of the first model
 * @param b [clips][classes] of the second
 * @param weight share of the first, from 0 to 1; the second has the rest
 * @returns [clips][classes]
 * @throws MovtError bad_input for answers about other clips or classes, and for a weight beyond 0 and 1
 */
export function lateFusion(a: Logits, b: Logits, weight = 0.5): Float32Array[] {
  checkLogits('fusing two models', a, b);
  checkWeight(weight);
  return a.map((row, i) => Float32Array.from(row, (logit, k) => weight * logit + (1 - weight) * b[i][k]));
}

/**
 * Scores the late fusion for each of some weights.
 *
 * @param labels [clips] the true classes
 * @throws MovtError bad_input as `lateFusion`, for labels that are no classes, and for no weights
 */
export function lateFusionSweep(
  a: Logits,
  b: Logits,
  labels: readonly number[],
  weights: readonly number[],
): FusedScore[] {
  checkLogits('sweeping the weights of a fusion', a, b, labels);
  if (weights.length === 0) {
    throw badInput({ action: 'sweeping the weights of a fusion', given: 'no weights', needed: 'at least one' });
  }
  return weights.map((weight) => {
    const { top1, nll } = classificationMetrics(lateFusion(a, b, weight).map(logProbabilities), labels);
    return { weight, top1, nll };
  });
}

/** The weight of the best top-1; of equals the likelier one, and of those the nearest to half and half. */
export function chooseWeight(sweep: readonly FusedScore[]): FusedScore {
  const off = ({ weight }: FusedScore) => Math.abs(weight - 0.5);
  return [...sweep].sort((a, b) => b.top1 - a.top1 || a.nll - b.nll || off(a) - off(b))[0];
}

function checkWeight(weight: number): void {
  if (weight >= 0 && weight <= 1) return;
  throw badInput({ action: 'fusing two models', given: `the weight ${weight}`, needed: 'a number from 0 to 1' });
}

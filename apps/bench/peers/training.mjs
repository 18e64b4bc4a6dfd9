// What peers that train share: the numbers of AdamW (https://arxiv.org/abs/1711.05101) with PyTorch's defaults, and the form of their answer.

export const BETAS = [0.9, 0.999];
const EPS = 1e-8;

/**
 * AdamW's factors in step `step`, from 1. Where mean and square are the running averages of the gradients, not corrected for their start at 0,
 * and `decay`, `rate` and `eps` these factors, a step is weight ← weight·decay − rate·mean / (√square + eps).
 */
export function schedule({ learningRate, weightDecay }, step) {
  const root = Math.sqrt(1 - BETAS[1] ** step);
  return {
    decay: 1 - learningRate * weightDecay,
    rate: (learningRate * root) / (1 - BETAS[0] ** step),
    eps: EPS * root,
  };
}

/** What clipping adds to the norm before it divides by it, as PyTorch does. */
export const CLIP_EPS = 1e-6;

/** A step's answer: the loss, the norm of the gradients, and all weights as they are now, in the checkpoint's order and shapes. */
export function stepOutput(lossAndNorm, weights) {
  const output = new Float32Array(2 + weights.reduce((sum, { length }) => sum + length, 0));
  output.set(lossAndNorm);
  let at = 2;
  for (const weight of weights) {
    output.set(weight, at);
    at += weight.length;
  }
  return output;
}

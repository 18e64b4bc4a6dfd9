import { defineKernel } from '../../runtime/kernel.ts';
import source from './cross_entropy.wgsl';

/** A batch of clips that are told from each other. */
export interface CrossEntropyProblem {
  readonly batch: number;
  readonly classes: number;
  /** Share of the wanted distribution that is spread over all classes, 0 ≤ smoothing ≤ 1: `label_smoothing` of PyTorch. */
  readonly smoothing: number;
}

const size = ({ batch, classes }: CrossEntropyProblem) => batch * classes;

/** Threads of the one workgroup: where they are lanes of a CPU, no more than batches commonly have clips. */
const WORKGROUP_SIZE = { gpu: 256, software: 32 };

/** Threads that share a clip: a power of two, since their sums meet in halves. */
const lanesOf = (classes: number) => 2 ** Math.min(5, Math.ceil(Math.log2(classes)));

/**
 * loss = scale · mean over the clips of torch.nn.functional.cross_entropy, and dlogits, its gradient. The scale is read on the GPU: a batch
 * that goes through in parts gives each its share, and the parts' losses and gradients add up to the batch's. A label that
 * is no class must be refused by the caller (the loss then lacks the label's term).
 * logits [B,C], labels [B] u32, scale [1] → loss [1], dlogits [B,C]
 */
export const crossEntropy = defineKernel<CrossEntropyProblem>({
  name: 'cross_entropy',
  bindings: [
    { name: 'logits', access: 'read', length: size },
    { name: 'labels', access: 'read', type: 'u32', length: ({ batch }) => batch },
    { name: 'scale', access: 'read', length: () => 1 },
    { name: 'loss', access: 'read_write', length: () => 1 },
    { name: 'dlogits', access: 'read_write', length: size },
  ],
  params: ({ batch, classes, smoothing }) => [{ u32: batch }, { u32: classes }, { f32: smoothing }],
  variant({ classes }, { software }) {
    const lanes = software ? 1 : lanesOf(classes);
    const threads = software ? WORKGROUP_SIZE.software : WORKGROUP_SIZE.gpu;
    return {
      source,
      flags: { SHARED: lanes > 1 },
      overrides: { WORKGROUP_SIZE: threads, LANES: lanes, ROWS: threads / lanes },
      workgroups: [1, 1, 1],
    };
  },
  // Per logit: maximum, subtraction, exponential and sum, weight and sum, division, subtraction, scale.
  flops: (problem) => size(problem) * 9,
});

export { createRandom, type Random } from '../runtime/random.ts';
export { assertClose, relativeL2, type Tolerance } from './assert-close.ts';
export type { Arrays, KernelCase, KernelCheck } from './check-kernel.ts';
export { countObjects } from './count-objects.ts';
export { formulaWeights } from './formula-weights.ts';
export { type Golden, type GoldenTensor, readGolden } from './golden.ts';
export { createKernelBuffers, type KernelBuffers } from './kernel-buffers.ts';
export { assertAnswer, describe, pose, type Question } from './question.ts';
export { testContext } from './test-context.ts';

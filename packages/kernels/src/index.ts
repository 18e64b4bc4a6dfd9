export { type AttentionProblem, attention } from './ops/attention/attention.ts';
export { type Conv1dProblem, conv1d } from './ops/conv1d/conv1d.ts';
export { gaussianPyramid } from './ops/gaussian_pyramid/gaussian_pyramid.ts';
export { type PackedImage, pyramidLength, pyramidLevels } from './ops/gaussian_pyramid/pyramid.ts';
export { klt, POINT_SIZE } from './ops/klt/klt.ts';
export { PATCH_SIDE } from './ops/klt/window.ts';
export { type MatmulProblem, matmul } from './ops/matmul/matmul.ts';
export { type MeanPoolProblem, meanPool } from './ops/mean_pool/mean_pool.ts';
export { queryPatches } from './ops/query_patches/query_patches.ts';
export {
  type LinearStep,
  MAX_ROW_STEPS,
  type NormStep,
  type RowChainProblem,
  type RowStep,
  type Rows,
  rowChain,
} from './ops/row_chain/row_chain.ts';
export { type VelocityProblem, velocity } from './ops/velocity/velocity.ts';
export { type VelocityLinearProblem, velocityLinear } from './ops/velocity_linear/velocity_linear.ts';
export {
  type AdapterDescription,
  type AdapterTraits,
  type ContextSource,
  createContext,
  type GpuContext,
} from './runtime/context.ts';
export * from './runtime/errors.ts';
export { toHalf } from './runtime/float16.ts';
export {
  type Binding,
  compulsoryBytes,
  defineKernel,
  type Kernel,
  linearGrid,
  type Param,
  type Variant,
} from './runtime/kernel.ts';
export {
  createPlan,
  type DispatchInfo,
  type Operand,
  type Plan,
  type PlanBuilder,
  type PlanTensor,
  type Slice,
} from './runtime/plan.ts';
export { preprocess } from './runtime/preprocess.ts';
export { createRandom, fnv1a, philox, type Random } from './runtime/random.ts';

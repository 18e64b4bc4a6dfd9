export * from './runtime/errors.ts';
export { type AdapterDescription, type AdapterTraits, type ContextSource, createContext, type GpuContext } from './runtime/context.ts';
export { type Binding, compulsoryBytes, defineKernel, type Kernel, linearGrid, type Param, type Variant } from './runtime/kernel.ts';
export { createPlan, type DispatchInfo, type Operand, type Plan, type PlanBuilder, type PlanTensor, type Slice } from './runtime/plan.ts';
export { preprocess } from './runtime/preprocess.ts';
export { createRandom, fnv1a, philox, type Random } from './runtime/random.ts';

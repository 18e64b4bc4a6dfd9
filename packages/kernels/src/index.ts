export { type AccumulateProblem, accumulate } from './ops/accumulate/accumulate.ts';
export { type ActivationProblem, activation } from './ops/activation/activation.ts';
export { activationBackward } from './ops/activation/activation_backward.ts';
export { type AdamwProblem, type AdamwStep, adamw, adamwSchedule } from './ops/adamw/adamw.ts';
export { type AttentionProblem, attention } from './ops/attention/attention.ts';
export {
  type AttentionBackwardProblem,
  attentionBackwardKeys,
  attentionBackwardQueries,
  attentionBackwardStats,
} from './ops/attention/attention_backward.ts';
export { type ColumnSumProblem, columnSum } from './ops/column_sum/column_sum.ts';
export { type Conv1dProblem, conv1d } from './ops/conv1d/conv1d.ts';
export {
  type Conv1dBackward,
  type Conv1dBackwardProblem,
  conv1dBackward,
  conv1dBackwardOrder,
  conv1dBackwardWeight,
  conv1dBackwardX,
} from './ops/conv1d/conv1d_backward.ts';
export { type CopyColumnsProblem, copyColumns } from './ops/copy_columns/copy_columns.ts';
export { type CrossEntropyProblem, crossEntropy } from './ops/cross_entropy/cross_entropy.ts';
export { type DropoutProblem, dropout } from './ops/dropout/dropout.ts';
export { gaussianPyramid } from './ops/gaussian_pyramid/gaussian_pyramid.ts';
export { type PackedImage, pyramidLength, pyramidLevels } from './ops/gaussian_pyramid/pyramid.ts';
export { type GradNormProblem, gradNorm, gradNormParts } from './ops/grad_norm/grad_norm.ts';
export { dispatchGradient, type GradientStep } from './ops/gradient_steps.ts';
export { klt, POINT_SIZE } from './ops/klt/klt.ts';
export { PATCH_SIDE } from './ops/klt/window.ts';
export { type LayernormProblem, layernorm } from './ops/layernorm/layernorm.ts';
export { type LayernormBackwardProblem, layernormBackward } from './ops/layernorm/layernorm_backward.ts';
export { layernormParametersBackward } from './ops/layernorm/layernorm_parameters_backward.ts';
export { type MatmulProblem, matmul } from './ops/matmul/matmul.ts';
export {
  type MatmulBackward,
  type MatmulBackwardProblem,
  matmulBackward,
} from './ops/matmul/matmul_backward.ts';
export { type MeanPoolProblem, meanPool } from './ops/mean_pool/mean_pool.ts';
export { meanPoolBackward } from './ops/mean_pool/mean_pool_backward.ts';
export { type MseProblem, mse } from './ops/mse/mse.ts';
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
export { softmax } from './ops/softmax/softmax.ts';
export { type TemporalMaxPoolProblem, temporalMaxPool } from './ops/temporal_max_pool/temporal_max_pool.ts';
export { temporalMaxPoolBackward } from './ops/temporal_max_pool/temporal_max_pool_backward.ts';
export { type TemporalMeanProblem, temporalMean } from './ops/temporal_mean/temporal_mean.ts';
export {
  featureCount,
  featureStride,
  MAX_LAGS,
  type TrackFeaturesProblem,
  trackFeatures,
} from './ops/track_features/track_features.ts';
export { trackFeaturesBackward } from './ops/track_features/track_features_backward.ts';
export { type VelocityProblem, velocity } from './ops/velocity/velocity.ts';
export { type VelocityLinearProblem, velocityLinear } from './ops/velocity_linear/velocity_linear.ts';
export {
  type VelocityLinearBackwardProblem,
  velocityLinearBackward,
} from './ops/velocity_linear/velocity_linear_backward.ts';
export { velocityLinearParametersBackward } from './ops/velocity_linear/velocity_linear_parameters_backward.ts';
export {
  IMAGENET,
  type VideoPatchesProblem,
  videoPatches,
  videoTokens,
} from './ops/video_patches/video_patches.ts';
export {
  type AdapterDescription,
  type AdapterTraits,
  type ContextSource,
  createContext,
  type GpuContext,
  withTraits,
} from './runtime/context.ts';
export * from './runtime/errors.ts';
export { toHalf } from './runtime/float16.ts';
export { type GpuClock, type Span, timestampStep } from './runtime/gpu-clock.ts';
export {
  type Binding,
  compulsoryBytes,
  defineKernel,
  type Kernel,
  linearGrid,
  type Param,
  type TunedValues,
  type Tuning,
  type TuningTable,
  tunedName,
  type Variant,
} from './runtime/kernel.ts';
export { type ListedDispatch, listPlan, type PlanList } from './runtime/list-plan.ts';
export { describeMessages, type PipelineRequest } from './runtime/pipeline.ts';
export { createPlan } from './runtime/plan.ts';
export type { Granularity, PlanProfile } from './runtime/plan-profile.ts';
export type {
  DispatchInfo,
  Operand,
  Plan,
  PlanBuilder,
  PlanRecorder,
  PlanTensor,
  Slice,
} from './runtime/plan-types.ts';
export { preprocess } from './runtime/preprocess.ts';
export { createRandom, fnv1a, philox, type Random } from './runtime/random.ts';

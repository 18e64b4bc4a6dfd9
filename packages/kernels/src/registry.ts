import { accumulateCheck } from './ops/accumulate/accumulate.cases.ts';
import { activationCheck } from './ops/activation/activation.cases.ts';
import { activationBackwardCheck } from './ops/activation/activation_backward.cases.ts';
import { adamwCheck } from './ops/adamw/adamw.cases.ts';
import { attentionCheck } from './ops/attention/attention.cases.ts';
import {
  attentionBackwardKeysCheck,
  attentionBackwardQueriesCheck,
  attentionBackwardStatsCheck,
} from './ops/attention/attention_backward.cases.ts';
import { columnSumCheck } from './ops/column_sum/column_sum.cases.ts';
import { conv1dCheck } from './ops/conv1d/conv1d.cases.ts';
import {
  conv1dBackwardOrderCheck,
  conv1dBackwardWeightCheck,
  conv1dBackwardXCheck,
} from './ops/conv1d/conv1d_backward.cases.ts';
import { copyColumnsCheck } from './ops/copy_columns/copy_columns.cases.ts';
import { crossEntropyCheck } from './ops/cross_entropy/cross_entropy.cases.ts';
import { dropoutCheck } from './ops/dropout/dropout.cases.ts';
import { gaussianPyramidCheck } from './ops/gaussian_pyramid/gaussian_pyramid.cases.ts';
import { gradNormCheck, gradNormPartsCheck } from './ops/grad_norm/grad_norm.cases.ts';
import { kltCheck } from './ops/klt/klt.cases.ts';
import { layernormCheck } from './ops/layernorm/layernorm.cases.ts';
import { layernormBackwardCheck, layernormParametersBackwardCheck } from './ops/layernorm/layernorm_backward.cases.ts';
import { matmulCheck } from './ops/matmul/matmul.cases.ts';
import { meanPoolCheck } from './ops/mean_pool/mean_pool.cases.ts';
import { meanPoolBackwardCheck } from './ops/mean_pool/mean_pool_backward.cases.ts';
import { mseCheck } from './ops/mse/mse.cases.ts';
import { queryPatchesCheck } from './ops/query_patches/query_patches.cases.ts';
import { rowChainCheck } from './ops/row_chain/row_chain.cases.ts';
import { softmaxCheck } from './ops/softmax/softmax.cases.ts';
import { temporalMaxPoolCheck } from './ops/temporal_max_pool/temporal_max_pool.cases.ts';
import { temporalMaxPoolBackwardCheck } from './ops/temporal_max_pool/temporal_max_pool_backward.cases.ts';
import { temporalMeanCheck } from './ops/temporal_mean/temporal_mean.cases.ts';
import { trackFeaturesBackwardCheck, trackFeaturesCheck } from './ops/track_features/track_features.cases.ts';
import { velocityCheck } from './ops/velocity/velocity.cases.ts';
import { velocityLinearCheck } from './ops/velocity_linear/velocity_linear.cases.ts';
import {
  velocityLinearBackwardCheck,
  velocityLinearParametersBackwardCheck,
} from './ops/velocity_linear/velocity_linear_backward.cases.ts';
import { videoPatchesCheck } from './ops/video_patches/video_patches.cases.ts';
import type { KernelCheck } from './testing/check-kernel.ts';

/** A problem is only ever handed back to the kernel that it came with, so a list may forget its type. */
const forget = <Problem>(check: KernelCheck<Problem>) => check as unknown as KernelCheck<unknown>;

/** Every kernel with its reference and cases: what the bench measures. */
export const kernelRegistry: readonly KernelCheck<unknown>[] = [
  forget(activationCheck),
  forget(activationBackwardCheck),
  forget(accumulateCheck),
  forget(adamwCheck),
  forget(attentionCheck),
  forget(attentionBackwardStatsCheck),
  forget(attentionBackwardQueriesCheck),
  forget(attentionBackwardKeysCheck),
  forget(conv1dCheck),
  forget(copyColumnsCheck),
  forget(crossEntropyCheck),
  forget(dropoutCheck),
  forget(columnSumCheck),
  forget(conv1dBackwardWeightCheck),
  forget(conv1dBackwardOrderCheck),
  forget(conv1dBackwardXCheck),
  forget(gaussianPyramidCheck),
  forget(gradNormCheck),
  forget(gradNormPartsCheck),
  forget(kltCheck),
  forget(layernormCheck),
  forget(layernormBackwardCheck),
  forget(layernormParametersBackwardCheck),
  forget(matmulCheck),
  forget(meanPoolCheck),
  forget(meanPoolBackwardCheck),
  forget(mseCheck),
  forget(queryPatchesCheck),
  forget(rowChainCheck),
  forget(softmaxCheck),
  forget(temporalMaxPoolCheck),
  forget(temporalMaxPoolBackwardCheck),
  forget(temporalMeanCheck),
  forget(trackFeaturesCheck),
  forget(trackFeaturesBackwardCheck),
  forget(velocityCheck),
  forget(velocityLinearCheck),
  forget(velocityLinearBackwardCheck),
  forget(velocityLinearParametersBackwardCheck),
  forget(videoPatchesCheck),
];

import {
  accumulate,
  adamw,
  createPlan,
  type GpuContext,
  gradNorm,
  gradNormParts,
  type Plan,
  type PlanBuilder,
} from '@movt/kernels';
import type { Task } from '../../checkpoint.ts';
import type { MovtConfig } from '../../config.ts';
import type { Shape } from '../../plan.ts';
import { recordLoss } from './loss.ts';
import { recordMovt } from './movt.ts';
import type { Kind, ParameterBuffers } from './parameter-buffers.ts';
import { createTape } from './tape.ts';

/** AdamW's decay rates and eps: PyTorch's defaults. */
export const ADAMW = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

/** What a step's plan is made for, beside its shape. */
export interface StepOptions {
  readonly task: Task;
  /** Probability that an element is dropped; 0: there is no dropout. */
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** The norm to which all gradients together are clipped. */
  readonly maxNorm: number;
  /** Whether the step has several batches: their gradients are added up in `sum`. */
  readonly accumulates: boolean;
  /** Whether this batch is the step's last, after which parameters are updated. */
  readonly updates: boolean;
  /** Hand out every tensor, as outputs `0 label`, `1 label`, …: to look for a number that is none. */
  readonly inspects: boolean;
}

/**
 * One batch forward and backward, and the update where it is the step's last.
 *
 * Inputs: `tracks`, `frames` and `mask` as `planMovt` takes them; `labels` u32 [B] or f32 [B,outputs]; `scale` [1], the batch's share of the
 * step's clips; with dropout `draw` u32 [2]; where it accumulates `carry` u32 [1], 0 in a step's first batch; where it updates `schedule` [3].
 * Outputs: `loss` [1], and where it updates `norm` [3] of gradNorm.
 */
export function planStep(
  context: GpuContext,
  config: MovtConfig,
  parameters: ParameterBuffers,
  { batch, frames, points }: Shape,
  options: StepOptions,
): Promise<Plan> {
  const { task, labelSmoothing, accumulates, updates, inspects } = options;
  const plan = createPlan(context, `training step ${batch}×${frames}×${points}`);
  const clips = {
    batch,
    frames,
    points,
    tracks: plan.input('tracks', batch * frames * points * 3),
    clipFrames: plan.input('frames', batch),
  };
  const mask = plan.input('mask', batch * points);
  const dropout = options.dropout > 0 ? { p: options.dropout, draw: plan.input('draw', 2) } : undefined;
  const tape = createTape(plan, parameters, dropout);

  const output = recordMovt(tape, config, clips, mask);
  const labels = plan.input('labels', task === 'classification' ? batch : batch * config.outputs);
  const loss = recordLoss(tape, output, { task, labelSmoothing, labels, scale: plan.input('scale', 1) });
  tape.backward();
  plan.output('loss', loss);

  if (accumulates) addGradients(plan, parameters);
  if (updates) updateParameters(plan, parameters, accumulates ? 'sum' : 'gradient', options.maxNorm);
  if (inspects) for (const [i, tensor] of tape.tensors.entries()) plan.output(`${i} ${tensor.label}`, tensor);
  return plan.build();
}

function addGradients(plan: PlanBuilder, parameters: ParameterBuffers): void {
  const [x, sum] = [parameters.trained('gradient'), parameters.trained('sum')];
  plan.dispatch(accumulate, { length: parameters.layout.trainedLength }, { x, carry: plan.input('carry', 1), sum });
}

/** Clips the gradients by their norm and takes AdamW's step, all parameters in one dispatch. */
function updateParameters(plan: PlanBuilder, parameters: ParameterBuffers, gradients: Kind, maxNorm: number): void {
  const length = parameters.layout.trainedLength;
  const grad = parameters.trained(gradients);
  const parts = plan.tensor('norm parts', Math.ceil(length / 4096));
  const norm = plan.tensor('norm', 3);
  plan.dispatch(gradNormParts, { length }, { grad, parts });
  plan.dispatch(gradNorm, { length, maxNorm }, { parts, norm });
  const [param, m, v] = (['weight', 'moment1', 'moment2'] as const).map((kind) => parameters.trained(kind));
  plan.dispatch(adamw, { length, ...ADAMW }, { grad, norm, schedule: plan.input('schedule', 3), param, m, v });
  plan.output('norm', norm);
}

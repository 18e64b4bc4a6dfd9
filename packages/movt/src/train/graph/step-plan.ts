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
import type { Network } from '../../model.ts';
import type { Shape } from '../../plan.ts';
import type { DepthRange, Layout } from './blocks.ts';
import { recordLoss } from './loss.ts';
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
  /** By which the learning rate falls from a depth of the model to the one before it; 1: all learn alike. */
  readonly layerDecay: number;
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
 * Inputs: the model's own; `labels` u32 [B] or f32 [B,outputs]; `scale` [1], the batch's share of the step's clips; with dropout `draw` u32 [2];
 * where it accumulates `carry` u32 [1], 0 in a step's first batch; where it updates a [3] of adamwSchedule for each of `rates`.
 * Outputs: `loss` [1], and where it updates `norm` [3] of gradNorm.
 */
export function planStep(
  context: GpuContext,
  network: Network,
  parameters: ParameterBuffers,
  shape: Shape,
  options: StepOptions,
): Promise<Plan> {
  const { task, labelSmoothing, accumulates, updates, inspects } = options;
  const { batch, frames, points } = shape;
  const plan = createPlan(context, `training step ${batch}×${frames}×${points}`);
  const dropout = options.dropout > 0 ? { p: options.dropout, draw: plan.input('draw', 2) } : undefined;
  const tape = createTape(plan, parameters, dropout);

  const { output } = network.record(tape, shape);
  const labels = plan.input('labels', task === 'classification' ? batch : batch * network.outputs);
  const loss = recordLoss(tape, output, { task, labelSmoothing, labels, scale: plan.input('scale', 1) });
  tape.backward();
  plan.output('loss', loss);

  if (accumulates) addGradients(plan, parameters);
  if (updates) updateParameters(plan, network, parameters, accumulates ? 'sum' : 'gradient', options);
  if (inspects) for (const [i, tensor] of tape.tensors.entries()) plan.output(`${i} ${tensor.label}`, tensor);
  return plan.build();
}

function addGradients(plan: PlanBuilder, parameters: ParameterBuffers): void {
  const [x, sum] = [parameters.trained('gradient'), parameters.trained('sum')];
  plan.dispatch(accumulate, { length: parameters.layout.trainedLength }, { x, carry: plan.input('carry', 1), sum });
}

/** What learns at a rate of its own: an input of its schedule, the share of the learning rate, and which parameters. */
export interface Rate {
  readonly input: string;
  readonly share: number;
  /** All that is trained where it is left out. */
  readonly part?: DepthRange;
}

/** Clark et al., "ELECTRA", 2020: the rate of a layer is that of the one above it, times `layerDecay`. */
export function ratesOf({ depths }: Layout, deepest: number, layerDecay: number): Rate[] {
  if (layerDecay === 1) return [{ input: 'schedule', share: 1 }];
  return depths.map((part) => ({
    input: `schedule ${part.depth}`,
    share: layerDecay ** (deepest - part.depth),
    part,
  }));
}

/** Clips the gradients by their norm and takes AdamW's step, a dispatch for all parameters of one rate. */
function updateParameters(
  plan: PlanBuilder,
  network: Network,
  parameters: ParameterBuffers,
  gradients: Kind,
  { maxNorm, layerDecay }: StepOptions,
): void {
  const length = parameters.layout.trainedLength;
  const grad = parameters.trained(gradients);
  const parts = plan.tensor('norm parts', Math.ceil(length / 4096));
  const norm = plan.tensor('norm', 3);
  plan.dispatch(gradNormParts, { length }, { grad, parts });
  plan.dispatch(gradNorm, { length, maxNorm }, { parts, norm });
  for (const { input, part } of ratesOf(parameters.layout, network.depth, layerDecay)) {
    const [param, m, v] = (['weight', 'moment1', 'moment2'] as const).map((kind) => parameters.trained(kind, part));
    plan.dispatch(
      adamw,
      { length: part?.length ?? length, ...ADAMW },
      { grad: parameters.trained(gradients, part), norm, schedule: plan.input(input, 3), param, m, v },
    );
  }
  plan.output('norm', norm);
}

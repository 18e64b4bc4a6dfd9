import {
  adamwSchedule,
  badInput,
  type GpuContext,
  type Granularity,
  MovtError,
  type Plan,
  type PlanProfile,
} from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { Task } from '../checkpoint.ts';
import type { Weights } from '../init.ts';
import type { Model, Network, PlanInputs } from '../model.ts';
import { afterPadding } from '../pad-clips.ts';
import type { Shape } from '../plan.ts';
import { createPlanCache } from '../plan-cache.ts';
import { createParameterBuffers } from './graph/parameter-buffers.ts';
import { ADAMW, planStep, ratesOf } from './graph/step-plan.ts';

/** Clips with what is to be learned of them: labels, or targets [clips, outputs] row-major. */
export interface TrainBatch<Clip = Tracks> {
  readonly clips: readonly Clip[];
  readonly labels?: readonly number[];
  readonly targets?: Float32Array;
  /** What they are padded to; the least that holds them where this is left out. Each shape has a plan of its own. */
  readonly paddedTo?: Pick<Shape, 'frames' | 'points'>;
}

export interface TrainerOptions {
  readonly task: Task;
  /** Probability that an element is dropped, as torch.nn.TransformerEncoderLayer's `dropout`. */
  readonly dropout: number;
  /** `label_smoothing` of PyTorch's cross-entropy. */
  readonly labelSmoothing: number;
  /** AdamW's decoupled decay, of all parameters. */
  readonly weightDecay: number;
  /** The norm to which all gradients together are clipped. */
  readonly maxNorm: number;
  /** Of the dropout masks; a whole number of 32 bits. */
  readonly seed: number;
  /** Beginnings of the names of parameters that stay as they are, such as `motion.`. */
  readonly frozen: readonly string[];
  /** By which the learning rate falls from a depth of the model to the one before it (`depthOf`); 1: all learn alike. */
  readonly layerDecay: number;
}

/** All that a step depends on, beside its batches: a trainer made of it goes on bit for bit. */
export interface TrainerState {
  /** Steps taken. */
  readonly steps: number;
  readonly weights: Weights;
  /** AdamW's moments. */
  readonly moment1: Weights;
  readonly moment2: Weights;
}

/** What a step came to. */
export interface StepResult {
  /** Of all clips of the step, before the update. */
  readonly loss: number;
  /** Of all gradients together, before clipping. */
  readonly gradNorm: number;
}

/** Where the time of a step went, and what its plan is; its first stage, `pad`, lays the clips out as a batch. */
export interface StepProfile
  extends Omit<PlanProfile, 'results'>,
    StepResult,
    Pick<Plan, 'dispatches' | 'flops' | 'readBackBytes'> {
  /** GPU bytes that the plan holds. */
  readonly planBytes: number;
}

/** A model that is being trained on a device. */
export interface Trainer<Clip = Tracks> {
  /** Steps taken. */
  readonly steps: number;
  /**
   * One step of AdamW over the clips of all batches; each batch is one pass over the GPU.
   * @throws MovtError `not_finite` where the loss or a gradient is no number: nothing is changed then. The message says the step and the
   * first tensor that held it.
   */
  step(batches: readonly TrainBatch<Clip>[], learningRate: number): Promise<StepResult>;
  /** A step of one batch, timed stage by stage and pass by pass. */
  profile(batch: TrainBatch<Clip>, learningRate: number, granularity: Granularity): Promise<StepProfile>;
  /** Goes on from other weights, with AdamW's moments at 0. */
  restart(weights: Weights): void;
  weights(): Promise<Weights>;
  /** The gradients of the last batch of the last step. */
  gradients(): Promise<Weights>;
  state(): Promise<TrainerState>;
  destroy(): Promise<void>;
}

/** Batches of a step at most: each has dropout masks of its own. */
const MAX_BATCHES = 1024;

/** Bytes of plans kept for shapes that may come again. */
const PLAN_BUDGET = 2 ** 30;

/**
 * Puts a model on a context's device to be trained.
 * @param start weights, or the state of a trainer to go on from
 */
export function createTrainer<Clip>(
  context: GpuContext,
  model: Model<Clip>,
  start: Weights | TrainerState,
  options: TrainerOptions,
): Trainer<Clip> {
  checkFrozen(model, options.frozen);
  const parameters = createParameterBuffers(context, model, options.frozen);
  const isState = !(start instanceof Map);
  parameters.upload('weight', isState ? start.weights : start);
  if (isState) {
    parameters.upload('moment1', start.moment1);
    parameters.upload('moment2', start.moment2);
  }
  let steps = isState ? start.steps : 0;
  const plans = createPlanCache(PLAN_BUDGET);

  /** Hands the plan and the inputs of the batch `index` of `batches` to `work`. */
  const withBatch = async <T>(
    batches: readonly TrainBatch<Clip>[],
    index: number,
    learningRate: number,
    inspects: boolean,
    work: (plan: Plan, inputs: PlanInputs, padMs: number) => Promise<T>,
  ) => {
    const { clips, labels, targets, paddedTo } = batches[index];
    const count = batches.length;
    const started = performance.now();
    const shape = { ...model.shapeOf(clips), ...paddedTo };
    const { layerDecay, weightDecay } = options;
    const inputs: PlanInputs = {
      ...(await model.pack(clips, shape)),
      labels: targets ?? Uint32Array.from(labels!),
      scale: Float32Array.of(clips.length / batches.reduce((sum, batch) => sum + batch.clips.length, 0)),
      draw: Uint32Array.of(options.seed, steps * MAX_BATCHES + index),
      carry: Uint32Array.of(Math.min(index, 1)),
    };
    for (const { input, share } of ratesOf(parameters.layout, model.depth, layerDecay)) {
      inputs[input] = adamwSchedule({ ...ADAMW, learningRate: learningRate * share, weightDecay, step: steps + 1 });
    }
    const padMs = performance.now() - started;
    const pass = { accumulates: count > 1, updates: index === count - 1, inspects };
    return plans.use(
      `${shape.batch}×${shape.frames}×${shape.points} ${JSON.stringify(pass)}`,
      () => planStep(context, model, parameters, shape, { ...options, ...pass }),
      (plan) => work(plan, inputs, padMs),
    );
  };

  return {
    get steps() {
      return steps;
    },
    async step(batches, learningRate) {
      checkCount(batches.length);
      for (const batch of batches) checkBatch(batch, model, options.task);
      let loss = 0;
      let gradNorm = 0;
      for (let i = 0; i < batches.length; i++) {
        const results = await withBatch(batches, i, learningRate, false, (plan, inputs) => plan.run(inputs));
        loss += results.loss[0];
        gradNorm = results.norm?.[0] ?? gradNorm;
      }
      // A norm that is no number has changed nothing; a loss that is none has made the gradients so.
      if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
        const inspect = (i: number) => withBatch(batches, i, learningRate, true, (plan, inputs) => plan.run(inputs));
        throw await describeFault(steps + 1, { loss, gradNorm, learningRate }, batches.length, inspect);
      }
      steps++;
      return { loss, gradNorm };
    },
    async profile(batch, learningRate, granularity) {
      checkBatch(batch, model, options.task);
      return withBatch([batch], 0, learningRate, false, async (plan, inputs, padMs) => {
        const { results, stages, ...times } = await plan.profile(inputs, granularity);
        const { dispatches, flops, readBackBytes, byteLength: planBytes } = plan;
        steps++;
        return {
          ...times,
          stages: afterPadding(stages, padMs),
          loss: results.loss[0],
          gradNorm: results.norm[0],
          dispatches,
          flops,
          readBackBytes,
          planBytes,
        };
      });
    },
    restart(weights) {
      const zeros = new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
      parameters.upload('weight', weights);
      parameters.upload('moment1', zeros);
      parameters.upload('moment2', zeros);
      steps = 0;
    },
    weights: () => parameters.download('weight'),
    gradients: () => parameters.download('gradient'),
    async state() {
      const weights = await parameters.download('weight');
      const moment1 = await parameters.download('moment1');
      const moment2 = await parameters.download('moment2');
      return { steps, weights, moment1, moment2 };
    },
    async destroy() {
      await plans.destroy();
      parameters.destroy();
    },
  };
}

/** Names the first tensor that holds NaN or infinity, batch by batch. */
async function describeFault(
  step: number,
  { loss, gradNorm, learningRate }: StepResult & { learningRate: number },
  batches: number,
  inspect: (batch: number) => Promise<Record<string, Float32Array>>,
): Promise<MovtError> {
  let found = 'none of its tensors when it was run again';
  for (let i = 0; i < batches; i++) {
    const { loss: _, norm: __, ...tensors } = await inspect(i);
    const at = Object.entries(tensors).find(([, values]) => values.some((value) => !Number.isFinite(value)));
    if (!at) continue;
    const index = at[1].findIndex((value) => !Number.isFinite(value));
    found = `${at[0].replace(/^\d+ /, '')}[${index}] = ${at[1][index]}`;
    break;
  }
  return new MovtError(
    'not_finite',
    `training step ${step}: the loss is ${loss} and the norm of the gradients ${gradNorm}; the first tensor that held such a number: ${found}. ` +
      `The parameters are those of step ${step - 1}. Use a learning rate below ${learningRate}.`,
  );
}

function checkFrozen({ parameters, groups }: Network, frozen: readonly string[]): void {
  const names = parameters.map(({ name }) => name);
  const refuse = (given: string, needed: string) => badInput({ action: 'freezing parameters', given, needed });
  const unknown = frozen.find((prefix) => !names.some((name) => name.startsWith(prefix)));
  if (unknown !== undefined) {
    throw refuse(`"${unknown}"`, `the beginning of a parameter's name: ${groups.join(', ')}`);
  }
  if (names.every((name) => frozen.some((prefix) => name.startsWith(prefix)))) {
    throw refuse('all of them', 'at least one that is trained');
  }
}

function checkCount(batches: number): void {
  if (batches >= 1 && batches <= MAX_BATCHES) return;
  throw badInput({ action: 'training', given: `${batches} batches in a step`, needed: `1 to ${MAX_BATCHES}` });
}

function checkBatch<Clip>(
  { clips, labels, targets, paddedTo }: TrainBatch<Clip>,
  model: Model<Clip>,
  task: Task,
): void {
  const { outputs } = model;
  const refuse = (given: string, needed: string) => badInput({ action: 'training', given, needed });
  if (clips.length === 0) throw refuse('a batch without clips', 'one or more');
  for (const [i, clip] of clips.entries()) model.check(clip, `clip ${i} of the batch`);
  const { frames, points } = model.shapeOf(clips);
  if (paddedTo && (paddedTo.frames < frames || paddedTo.points < points)) {
    throw refuse(`padding to ${paddedTo.frames}×${paddedTo.points}`, `at least ${frames}×${points}`);
  }
  if (task === 'classification') {
    if (!labels || targets) throw refuse(labels ? 'labels and targets' : 'no labels', 'labels, for classification');
    if (labels.length !== clips.length) throw refuse(`${labels.length} labels`, `${clips.length}, one a clip`);
    const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < outputs));
    if (wrong !== undefined) throw refuse(`label ${wrong}`, `a class from 0 to ${outputs - 1}`);
  } else {
    if (!targets || labels) throw refuse(targets ? 'labels and targets' : 'no targets', 'targets, for regression');
    const needed = clips.length * outputs;
    if (targets.length !== needed) throw refuse(`${targets.length} targets`, `${needed}, ${outputs} a clip`);
    const wrong = targets.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw refuse(`target ${wrong}`, 'a finite number');
  }
}

import type { ModelConfig } from './models.ts';
import type { Parameter } from './parameters.ts';
import type { Shape } from './plan.ts';
import type { Block } from './train/graph/blocks.ts';
import type { Tape, Value } from './train/graph/tape.ts';
import type { Augmentation } from './train/settings.ts';

/** A plan's inputs by their names. */
export type PlanInputs = Record<string, Float32Array | Uint32Array>;

/** What a model makes of a batch. */
export interface Answer {
  /** Logits or values, [batch, outputs]. */
  readonly output: Value;
  /** E_F, what the head sees: [batch, width]. */
  readonly features: Value;
}

/** A model apart from its clips: its parameters, and its forward pass as operations on a tape. */
export interface Network {
  readonly config: ModelConfig;
  /** Classes, or values. */
  readonly outputs: number;
  /** In the order of the state dict. */
  readonly parameters: readonly Parameter[];
  /** Beginnings of parameters' names that belong together, for messages about freezing. */
  readonly groups: readonly string[];
  /** Layers from the input to the head: the largest `depthOf`. */
  readonly depth: number;
  /** Where a parameter lies, from 0 at the input to `depth` in the head: layer-wise learning rates go by it. */
  depthOf(parameter: string): number;
  /** How the kernels want a parameter to lie. */
  blocksOf(parameter: Parameter): Block[];
  /** Elements of the largest tensor of a pass. */
  largestTensor(shape: Shape): number;
  /** Declares the inputs on the tape's plan and states the forward pass. */
  record(tape: Tape, shape: Shape): Answer;
}

/** A model as the trainer, the predictor and the cost counter see it: all that is known of one kind of model is behind this. */
export interface Model<Clip> extends Network {
  /** Throws bad_input for a clip that the model cannot take; `what` names it. */
  check(clip: Clip, what: string): void;
  /** The least that holds these clips. */
  shapeOf(clips: readonly Clip[]): Shape;
  /** A batch padded to a shape, as the inputs that `record` declares. */
  pack(clips: readonly Clip[], shape: Shape): PlanInputs | Promise<PlanInputs>;
  /** A clip as an epoch of training shows it; left out where a model has no such thing. See augmentClip. */
  augment?(clip: Clip, settings: Augmentation, maxFrames: number, seed: number, epoch: number, index: number): Clip;
}

import * as v from 'valibot';
import { parseWith, real, record, whole } from '../validate.ts';

const share = real('a number of 0 to below 1', (value) => value >= 0 && value < 1);
const positive = real('a number above 0', (value) => value > 0);
const notNegative = real('a number from 0', (value) => value >= 0);
const factor = real('a factor of 1 to 10', (value) => value >= 1 && value <= 10);
const names = "a list of beginnings of parameters' names";
const yesOrNo = v.boolean('true or false');

const plateau = record({
  /** What the learning rate is multiplied by. */
  factor: v.optional(
    real('a number above 0 and below 1', (value) => value > 0 && value < 1),
    0.1,
  ),
  /** Epochs without an improvement that are put up with. */
  patience: v.optional(whole(0, 100_000), 10),
  /** The least change that counts as an improvement. */
  threshold: v.optional(notNegative, 1e-4),
  /** Whether the threshold is a share of the best value, or a difference from it. */
  thresholdMode: v.optional(v.picklist(['rel', 'abs'], '"rel" or "abs"'), 'rel'),
  /** Epochs after a reduction in which bad ones are not counted. */
  cooldown: v.optional(whole(0, 100_000), 0),
  /** The learning rate goes no lower. */
  minLearningRate: v.optional(notNegative, 0),
  /** A reduction smaller than this is left out. */
  eps: v.optional(notNegative, 1e-8),
});

const augmentation = record({
  /** Shortest part of a clip that is kept, as a share of its frames; 1 keeps all. */
  crop: v.optional(
    real('a number above 0, to 1', (value) => value > 0 && value <= 1),
    1,
  ),
  /** Most that a clip is played faster or slower; 1 leaves the speed. */
  speed: v.optional(factor, 1),
  /** Largest share of a clip's points that is taken away. */
  dropPoints: v.optional(share, 0),
  /** Most that a clip is turned either way, in degrees. */
  rotation: v.optional(
    real('degrees of 0 to 180', (value) => value >= 0 && value <= 180),
    0,
  ),
  /** Most that a clip is made larger or smaller; 1 leaves the size. */
  scale: v.optional(factor, 1),
  /** Most that x moves for a unit of y, either way. */
  shear: v.optional(notNegative, 0),
  /** Most that a clip is moved in x and in y, in units of the coordinates. */
  shift: v.optional(notNegative, 0),
  /** Whether every other clip, on average, is mirrored: not where left and right mean something. */
  flip: v.optional(yesOrNo, false),
  /** Whether a clip's red, green and blue are exchanged and some of them inverted, for models that see colours: not where a colour means something. */
  recolour: v.optional(yesOrNo, false),
  /** Standard deviation of a slow drift of each point by itself, in units of the coordinates. */
  drift: v.optional(notNegative, 0),
  /** Share of the points that are hidden for a spell. */
  occlusion: v.optional(share, 0),
});

const schema = record({
  epochs: v.optional(whole(1, 10_000), 50),
  /** Clips in a batch. */
  batchSize: v.optional(whole(1, 4096), 32),
  /** Batches whose gradients make one step. */
  accumulate: v.optional(whole(1, 1024), 1),
  learningRate: v.optional(positive, 1e-4),
  /** `plateau` watches what `watch` says, `cosine` falls to 0 at the last step, `constant` stays. */
  schedule: v.optional(v.picklist(['plateau', 'cosine', 'constant'], '"plateau", "cosine" or "constant"'), 'plateau'),
  /** Steps in which the learning rate rises to its value; 0 begins there. */
  warmUp: v.optional(whole(0, 1_000_000), 0),
  plateau: v.optional(plateau, {}),
  /** Of AdamW: decays every parameter, as torch.optim.AdamW given `model.parameters()`. */
  weightDecay: v.optional(notNegative, 0.01),
  dropout: v.optional(share, 0.1),
  labelSmoothing: v.optional(share, 0),
  /** Gradients are scaled down to this global norm. */
  maxNorm: v.optional(positive, 1),
  /** Draws the weights, the batches, the dropout, the augmentation and the validation clips. */
  seed: v.optional(whole(0, 2 ** 32 - 1), 0),
  /** Beginnings of the names of parameters that stay as they are, such as `motion`. */
  frozen: v.optional(v.array(v.pipe(v.string(names), v.minLength(1, names)), names), []),
  /** By which the learning rate falls from one layer to the layer before it: 1, and all learn alike. */
  layerDecay: v.optional(
    real('a number above 0, to 1', (value) => value > 0 && value <= 1),
    1,
  ),
  /** Share of the training clips that is held out for validation, where the data has no validation clips. */
  validation: v.optional(share, 0),
  /**
   * What the plateau, early stopping and the choice of the best epoch go by: `loss`, or `score` (top-1, or the mean of Pearson's r over
   * the values). Of validation; where there is none, it is the loss of training.
   */
  watch: v.optional(v.picklist(['loss', 'score'], '"loss" or "score"'), 'loss'),
  /** Epochs without a better one after which training stops; 0 never stops it early. */
  stopAfter: v.optional(whole(0, 100_000), 0),
  /** Whether validation averages the clips of a video (the data's `group`) before it judges. */
  perVideo: v.optional(yesOrNo, false),
  augmentation: v.optional(augmentation, {}),
});

/** How to train. What is left out is as in the paper's recipe; see the schema above for each. */
export type TrainSettings = v.InferOutput<typeof schema>;
/** Settings as they are given: only those that differ from the recipe. */
export type TrainSettingsInput = v.InferInput<typeof schema>;
export type PlateauSettings = TrainSettings['plateau'];
export type Augmentation = TrainSettings['augmentation'];

/**
 * Checks settings that came from outside and puts the recipe's values where there are none.
 * @param source where they came from, for the error message
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export function parseSettings(value: unknown, source: string): TrainSettings {
  return parseWith(schema, value, `reading the settings in ${source}`);
}

import { badInput } from '@movt/kernels';
import { classificationMetrics } from '../evaluate/classification.ts';
import { logProbabilities } from '../evaluate/log-probabilities.ts';
import { minimise } from './minimise.ts';
import { standardise, standardOf } from './standardise.ts';

/** Clips as a frozen model sees them, and what they are. */
export interface LabelledFeatures {
  /** [clips][width], such as E_F. */
  readonly features: readonly ArrayLike<number>[];
  /** [clips] */
  readonly labels: readonly number[];
}

export interface LinearProbe {
  /** The strength of the penalty that validation chose. */
  readonly penalty: number;
  /** For each penalty that was tried, how well it does on validation. */
  readonly tried: readonly { readonly penalty: number; readonly top1: number; readonly nll: number }[];
  /** [clips][classes] */
  logits(features: readonly ArrayLike<number>[]): Float64Array[];
}

/** From next to none to one that leaves the classes' shares alone. */
const PENALTIES = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10];
/** Of the gradient: the weakest penalty's weights are then right to two digits after the point, the others' to more. */
const TOLERANCE = 1e-6;

/**
 * A linear probe: multinomial logistic regression on frozen features, which tells how much of the classes they hold that
 * a straight cut can take out. Features are standardised by the training clips. The L2 penalty is the one of best top-1
 * on validation; of equals the likelier one. Computed in float64 from zeros: the same clips give the same probe.
 *
 * @param classes how many there are
 * @throws MovtError bad_input for no clips, features of different widths or that are no finite numbers, labels that are
 * no classes, and a class that no training clip has
 */
export function linearProbe(train: LabelledFeatures, validation: LabelledFeatures, classes: number): LinearProbe {
  const width = checkFeatures('training', train, classes);
  const seen = new Set(train.labels);
  const absent = Array.from({ length: classes }, (_, label) => label).find((label) => !seen.has(label));
  if (absent !== undefined) {
    throw badInput({ action: ACTION, given: `no training clip of class ${absent}`, needed: 'at least one of each' });
  }
  const others = checkFeatures('validation', validation, classes);
  if (others !== width) {
    throw badInput({ action: ACTION, given: `features of widths ${width} and ${others}`, needed: 'one width' });
  }
  const standard = standardOf(train.features);
  const rows = standardise(train.features, standard);
  let start: Float64Array = new Float64Array(classes * (width + 1));
  const fits = [...PENALTIES].reverse().map((penalty) => {
    const { at } = minimise((weights) => loss(weights, rows, train.labels, classes, penalty), start, TOLERANCE);
    start = at; // the next, weaker penalty has its minimum near
    const logits = logitsOf(at, standardise(validation.features, standard), classes);
    const { top1, nll } = classificationMetrics(logits.map(logProbabilities), validation.labels);
    return { penalty, top1, nll, weights: at };
  });
  const best = [...fits].sort((a, b) => b.top1 - a.top1 || a.nll - b.nll)[0];
  return {
    penalty: best.penalty,
    tried: fits.map(({ penalty, top1, nll }) => ({ penalty, top1, nll })),
    logits: (features) => logitsOf(best.weights, standardise(features, standard), classes),
  };
}

/**
 * Mean cross-entropy, plus half the penalty times the squares of the weights; biases are free.
 *
 * @param weights [classes][width + 1], the bias last
 */
export function loss(
  weights: Float64Array,
  rows: readonly Float64Array[],
  labels: readonly number[],
  classes: number,
  penalty: number,
): { value: number; gradient: Float64Array } {
  const width = rows[0].length;
  const gradient = new Float64Array(weights.length);
  let value = 0;
  for (const [i, logits] of logitsOf(weights, rows, classes).entries()) {
    const logs = logProbabilities(logits);
    value -= logs[labels[i]] / rows.length;
    for (let c = 0; c < classes; c++) {
      const error = (Math.exp(logs[c]) - Number(c === labels[i])) / rows.length;
      const first = c * (width + 1);
      for (let k = 0; k < width; k++) gradient[first + k] += error * rows[i][k];
      gradient[first + width] += error;
    }
  }
  for (let j = 0; j < weights.length; j++) {
    if (j % (width + 1) === width) continue;
    value += (penalty / 2) * weights[j] ** 2;
    gradient[j] += penalty * weights[j];
  }
  return { value, gradient };
}

function logitsOf(weights: Float64Array, rows: readonly Float64Array[], classes: number): Float64Array[] {
  return rows.map((row) => {
    const logits = new Float64Array(classes);
    for (let c = 0; c < classes; c++) {
      const first = c * (row.length + 1);
      let sum = weights[first + row.length];
      for (let k = 0; k < row.length; k++) sum += weights[first + k] * row[k];
      logits[c] = sum;
    }
    return logits;
  });
}

const ACTION = 'fitting a linear probe';

/** The features' width. */
function checkFeatures(part: string, { features, labels }: LabelledFeatures, classes: number): number {
  const refuse = (given: string, needed: string) => badInput({ action: ACTION, given, needed });
  if (features.length === 0) throw refuse(`no ${part} clips`, 'at least one');
  if (labels.length !== features.length) {
    throw refuse(`${labels.length} labels for ${features.length} ${part} clips`, 'one a clip');
  }
  const width = features[0].length;
  for (const [i, row] of features.entries()) {
    if (row.length !== width) throw refuse(`${row.length} features of ${part} clip ${i}`, `${width}, as of the others`);
    if (!Array.from(row).every(Number.isFinite))
      throw refuse(`${part} clip ${i} with a feature that is no number`, 'finite features');
  }
  const wrong = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong >= 0) throw refuse(`label ${labels[wrong]} of ${part} clip ${wrong}`, `a class from 0 to ${classes - 1}`);
  return width;
}

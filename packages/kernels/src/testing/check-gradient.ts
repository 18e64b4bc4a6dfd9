import { test } from 'uvu';
import { createRandom, type Random } from '../runtime/random.ts';
import { assertClose, type Tolerance } from './assert-close.ts';
import type { Arrays } from './check-kernel.ts';
import { describe } from './question.ts';

/** A float64 forward with its float64 backward. Gradients are named after what they are of: `dy`, `dx`, `dweight`. */
export interface GradientCheck<Problem> {
  readonly name: string;
  readonly problems: readonly Problem[];
  /** Draws every input of the forward. Those whose gradient has a kink must be far from it by more than STEP, or the seed another. */
  readonly inputs: (random: Random, problem: Problem) => Arrays;
  readonly forward: (problem: Problem, inputs: Arrays) => Arrays;
  /** Is given inputs, outputs and the outputs' gradients; answers with the gradient of every input that has one. */
  readonly backward: (problem: Problem, arrays: Arrays) => Arrays;
  /** The outputs that the loss depends on, where the forward has others besides; left out, all. */
  readonly outputs?: readonly string[];
  /** Of the drawn inputs and gradients: fixed, since what is checked is a formula, and a kink must not be met now and then. */
  readonly seed?: number;
  /** `atol` counts in the largest element of a gradient. Left out, rtol 1e-6 and atol 1e-7. */
  readonly tolerance?: Tolerance;
}

/** Half the distance of the two points of a difference: its error is about STEP² = 6e-11, and rounding's 1e-16 / STEP = 1e-11. */
export const STEP = 2 ** -17;

/** Elements of one input that are checked; of longer ones a sample is drawn. */
const MOST_ELEMENTS = 200;

/** Registers one uvu test for each problem: see assertGradient. */
export function checkGradient<Problem>(check: GradientCheck<Problem>): void {
  for (const problem of check.problems) {
    test(`gradient of ${check.name} ${describe(problem).slice(0, 100)}`, () => assertGradient(check, problem));
  }
}

/**
 * Throws unless the backward agrees with central differences of the forward: of loss = Σ dy·y over all outputs, with dy drawn
 * from the normal distribution, for every element of every input that the backward has a gradient of (of 200, if it has more).
 */
export function assertGradient<Problem>(check: GradientCheck<Problem>, problem: Problem): void {
  const { name, forward, backward, seed = 1, tolerance = { rtol: 1e-6, atol: 1e-7 } } = check;
  const random = createRandom(seed);
  const inputs = asFloat64(check.inputs(random, problem));
  const outputs = forward(problem, inputs);
  const names = check.outputs ?? Object.keys(outputs);
  const cotangents = Object.fromEntries(names.map((output) => [output, random.normal(outputs[output].length)]));
  const given = Object.fromEntries(names.map((output) => [`d${output}`, Float64Array.from(cotangents[output])]));
  const gradients = Object.entries(backward(problem, { ...inputs, ...outputs, ...given }));
  if (gradients.length === 0) throw new Error(`${name}: the backward has no gradient`);

  for (const [gradient, values] of gradients) {
    const label = `${name}.${gradient} ${describe(problem)} seed ${seed}`;
    const input = inputs[gradient.slice(1)];
    if (!gradient.startsWith('d') || input?.length !== values.length) {
      throw new Error(
        `${label}: ${values.length} values, for an input of ${input?.length ?? 'that name, which is none'}`,
      );
    }
    const elements = chooseElements(random, values.length);
    const actual = elements.map((i) => values[i]);
    const expected = elements.map((i) => {
      const centre = input[i];
      input[i] = centre + STEP;
      const after = forward(problem, inputs);
      const above = input[i];
      input[i] = centre - STEP;
      const before = forward(problem, inputs);
      const distance = above - input[i];
      input[i] = centre;
      return lossDifference(cotangents, after, before) / distance;
    });
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!Number.isFinite(largest)) throw new Error(`${label}: the forward is not finite`);
    assertClose(actual, expected, { ...tolerance, atol: tolerance.atol * Math.max(largest, STEP) }, label);
  }
}

/** Copies, so that an element can be moved; whole numbers (masks, counts) stay what they are. */
function asFloat64(arrays: Arrays): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Float64Array.from(values)]));
}

/** All elements, or as many different ones as are checked, in ascending order. */
function chooseElements(random: Random, length: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  for (let i = 0; i < Math.min(length, MOST_ELEMENTS); i++) {
    const other = random.integer(i, length - 1);
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, MOST_ELEMENTS).sort((a, b) => a - b);
}

/** Of two losses, summed over the differences of outputs: those that an element does not reach cancel without rounding. */
function lossDifference(cotangents: Arrays, after: Arrays, before: Arrays): number {
  let difference = 0;
  for (const [output, weights] of Object.entries(cotangents)) {
    for (let i = 0; i < weights.length; i++) difference += weights[i] * (after[output][i] - before[output][i]);
  }
  return difference;
}

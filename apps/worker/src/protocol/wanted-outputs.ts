import type { InferRequestJson } from '../schemas/infer.ts';
import type { TensorSpec } from '../service.ts';
import { quoted, refuse } from './refuse.ts';

/** An output as the client wants it. */
export interface WantedOutput {
  readonly name: string;
  readonly binary: boolean;
  /** The k highest, as texts; null for the numbers. */
  readonly classification: number | null;
}

/** E_F's name among a model's outputs. */
export const FEATURES = 'features';
/** Softmax's name among a classifier's outputs. */
export const PROBABILITIES = 'probabilities';
/** A classifier's answer before softmax. */
const LOGITS = 'logits';

/**
 * What a request wants of a model's outputs: all of them where it names none.
 * @param binary whether outputs that do not say are binary
 * @throws Refusal 400 for an output that there is not or that is named twice, and for the classification of what is not of classes
 */
export function wantedOutputs(
  requested: InferRequestJson['outputs'],
  specs: readonly TensorSpec[],
  binary: boolean,
): WantedOutput[] {
  if (!requested?.length) return specs.map(({ name }) => ({ name, binary, classification: null }));
  return requested.map(({ name, parameters }, i) => {
    const asking = `answering with output ${quoted(name)}`;
    if (!specs.some((spec) => spec.name === name)) {
      throw refuse(400, 'choosing outputs', quoted(name), `one of ${specs.map((spec) => spec.name).join(', ')}`);
    }
    if (requested.findIndex((other) => other.name === name) < i) {
      throw refuse(400, 'choosing outputs', `${quoted(name)} twice`, 'each output once');
    }
    const classification = parameters?.classification ?? null;
    if (classification !== null && name !== LOGITS && name !== PROBABILITIES) {
      throw refuse(400, asking, 'parameter classification', `an output of classes: ${LOGITS} or ${PROBABILITIES}`);
    }
    return { name, binary: parameters?.binary_data ?? binary, classification };
  });
}

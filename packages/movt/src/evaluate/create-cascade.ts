import { badInput } from '@movt/kernels';
import { confidenceOf } from './cascade.ts';

/** Answers clips: [clips][classes] logits. */
export type Answerer<Clip> = (clips: readonly Clip[]) => Promise<readonly Float32Array[]>;

export interface CascadeAnswer {
  /** [clips][classes] logits, of whichever model answered. */
  readonly outputs: Float32Array[];
  /** [clips] the small model's confidence. */
  readonly confidences: number[];
  /** [clips] whether the small model answered. */
  readonly covered: boolean[];
}

/** Two models, of which the large one is asked only where the small one is not sure. */
export interface Cascade<Clip> {
  answer(clips: readonly Clip[]): Promise<CascadeAnswer>;
  /** Clips that each model was asked about, over all calls. */
  readonly asked: { readonly small: number; readonly big: number };
}

/**
 * Makes a cascade: the small model sees every clip, the large one those alone whose confidence is below the threshold;
 * where there are none it is not called. A clip may hold what each of the two takes; what only the large one reads, such
 * as frames on disk, is then not read for the others.
 *
 * @param threshold as `chooseThreshold` picks it
 * @throws MovtError bad_input for a threshold that is no number; from `answer`, where a model does not answer every clip
 */
export function createCascade<Clip>(small: Answerer<Clip>, big: Answerer<Clip>, threshold: number): Cascade<Clip> {
  const action = 'running a cascade';
  if (Number.isNaN(threshold)) throw badInput({ action, given: 'the threshold NaN', needed: 'a number' });
  const asked = { small: 0, big: 0 };

  const ask = async (name: keyof typeof asked, model: Answerer<Clip>, clips: readonly Clip[]) => {
    asked[name] += clips.length;
    const outputs = await model(clips);
    if (outputs.length === clips.length) return outputs;
    const given = `${outputs.length} answers of the ${name} model for ${clips.length} clips`;
    throw badInput({ action, given, needed: 'one a clip' });
  };

  return {
    asked,
    async answer(clips) {
      const outputs = [...(await ask('small', small, clips))];
      const confidences = outputs.map(confidenceOf);
      const covered = confidences.map((confidence) => confidence >= threshold);
      const rest = covered.flatMap((isCovered, i) => (isCovered ? [] : [i]));
      if (rest.length > 0) {
        const answers = await ask(
          'big',
          big,
          rest.map((i) => clips[i]),
        );
        for (const [k, i] of rest.entries()) outputs[i] = answers[k];
      }
      return { outputs, confidences, covered };
    },
  };
}

import { type Contender, contender, type Draft, movtDraft, pixtDraft } from '../experiment/contenders.ts';
import type { StudyInputs } from './study.ts';

/** MovT and, where there are pixels, the PixT of its size, at all frames: the models that most studies compare. */
export function rivalDrafts({ recipe, clips }: StudyInputs): Draft[] {
  const { tracks, pixels } = clips;
  const movt = movtDraft(recipe, recipe.pixt.like, tracks, tracks.set.clips[0].T);
  return pixels ? [movt, pixtDraft(recipe, pixels)] : [movt];
}

/** The same, trained on all training clips. */
export function rivals(inputs: StudyInputs): Contender[] {
  return rivalDrafts(inputs).map((draft) => contender(draft, inputs.recipe.seeds));
}

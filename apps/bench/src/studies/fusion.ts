import { badInput } from '@movt/kernels';
import { chooseWeight, type Logits, lateFusionSweep } from 'movt';
import { spreadCurvesPicture } from 'movt/evaluate/spread-curves-picture';
import { meanOf, type Spread, spreadOf } from 'movt/statistics';
import { contender, fusionContenders, movtDraft, videomaeDraft } from '../experiment/contenders.ts';
import type { Trained } from '../experiment/trained.ts';
import { percentSpread } from './answers.ts';
import { chanceOf, spreadCells } from './figures.ts';
import { type LabelledAnswers, storedRight, testAnswers, validationAnswers } from './stored.ts';
import type { Study } from './study.ts';

/** Shares of MovT's logits. */
const WEIGHTS = Array.from({ length: 11 }, (_, i) => i / 10);
const HALF = 0.5;

/** MovT and VideoMAE together: their logits by every weight, and their tokens by the paper's three variants of cross-attention. */
export const fusion: Study = {
  description: 'MovT and VideoMAE together: logits by every weight, and cross-attention in three variants',
  contenders({ recipe, clips: { tracks, videos } }) {
    const [name] = Object.keys(recipe.videomae.models);
    if (!videos || !name || !recipe.fusion) {
      const given = videos ? 'a recipe without a VideoMAE or a fusion' : `tracks alone in ${tracks.path}`;
      throw badInput({
        action: 'planning a fusion',
        given,
        needed: 'videos, and a recipe with `videomae` and `fusion`',
      });
    }
    const drafts = [
      movtDraft(recipe, recipe.fusion.movt, tracks, tracks.set.clips[0].T),
      videomaeDraft(recipe, name, videos),
    ];
    const [movt, videomae] = drafts.map((draft) => contender(draft, recipe.seeds));
    return [movt, videomae, ...fusionContenders(recipe.fusion.settings, movt, videomae)];
  },
  async findings({ clips }, contenders, { modelsOf }) {
    const [movt, videomae, ...crossed] = contenders.map((one) => {
      const models = modelsOf(one);
      return { ...one, models, top1: spreadOf(models.map((model) => meanOf(storedRight(model)))) };
    });
    const late = sweepSeeds(movt.models, videomae.models, testAnswers);
    // One weight for all seeds, from all of their answers: one seed's validation clips are few.
    const { weight } = chooseWeight(pooledSweep(movt.models, videomae.models, validationAnswers));
    const lateAt = (wanted: number) => late.find((point) => point.x === wanted)!.spread;
    const lines = [
      { model: movt.label, top1: movt.top1 },
      { model: videomae.label, top1: videomae.top1 },
      { model: 'late fusion, half and half', top1: lateAt(HALF) },
      { model: `late fusion, ${weight} of MovT's logits (chosen on validation)`, top1: lateAt(weight) },
      ...crossed.map(({ label, top1 }) => ({ model: label, top1 })),
    ];
    const level = (spread: Spread) => [0, 1].map((x) => ({ x, spread }));
    return {
      data: { models: lines, late_fusion: { chosen_weight: weight, test: late } },
      rows: lines.map(({ model, top1 }) => ({ model, ...spreadCells(top1) })),
      pictures: {
        '': spreadCurvesPicture(
          [
            { name: 'late fusion', points: late },
            ...crossed.map(({ top1 }, i) => ({ name: `cross-attention ${i + 1}`, points: level(top1) })),
          ],
          {
            title: 'MovT and VideoMAE together, on the test clips',
            x: "share of MovT's logits in a late fusion",
            y: 'top-1',
            level: chanceOf(clips),
          },
        ),
      },
      summary: lines.map(({ model, top1 }) => `${model}: ${percentSpread(top1)}`),
    };
  },
};

type AnswersOf = (model: Trained) => LabelledAnswers;

/** Top-1 of every weight, seed by seed. */
function sweepSeeds(movt: readonly Trained[], videomae: readonly Trained[], answersOf: AnswersOf) {
  const seeds = movt.map((model, seed) => {
    const { outputs, labels } = answersOf(model);
    return lateFusionSweep(outputs, answersOf(videomae[seed]).outputs, labels, WEIGHTS);
  });
  return WEIGHTS.map((x, i) => ({ x, spread: spreadOf(seeds.map((sweep) => sweep[i].top1)) }));
}

function pooledSweep(movt: readonly Trained[], videomae: readonly Trained[], answersOf: AnswersOf) {
  const outputs = (models: readonly Trained[]): Logits => models.flatMap((model) => answersOf(model).outputs);
  const labels = movt.flatMap((model) => answersOf(model).labels);
  return lateFusionSweep(outputs(movt), outputs(videomae), labels, WEIGHTS);
}

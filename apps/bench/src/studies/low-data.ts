import { spreadCurvesPicture } from 'movt/evaluate/spread-curves-picture';
import { PAPER_LOW_DATA } from 'movt/paper';
import { meanOf, spreadOf } from 'movt/statistics';
import { type Contender, contender, type Draft } from '../experiment/contenders.ts';
import type { Recipe } from '../experiment/recipe.ts';
import { trainingShare } from '../experiment/subsets.ts';
import { percentSpread } from './answers.ts';
import { chanceOf, spreadCells } from './figures.ts';
import { rivalDrafts } from './rivals.ts';
import { storedRight } from './stored.ts';
import type { Study, StudyInputs } from './study.ts';

const SHARES = [1, 0.6, 0.4, 0.2, 0.1];
/** Draws the subsets: the same ones for every model and seed. */
const SUBSET = 0;
/** Shares of accuracy that the paper's models lose on Jester at a tenth of the data. */
const PAPER: Readonly<Record<string, number>> = PAPER_LOW_DATA.lost;

/** Models that were trained on a share of the training clips, of each class alike; a smaller share is part of a larger one. */
export const lowData: Study = {
  description: 'accuracy after training on 100, 60, 40, 20 and 10 % of the training clips',
  contenders: (inputs) =>
    rivalDrafts(inputs).flatMap((draft) => SHARES.map((share) => trainedOn(draft, share, inputs))),
  async findings({ clips }, contenders, laboratory) {
    const all = contenders[0].requests[0].data.set.split!.filter((part) => part === 0).length;
    const measured = contenders.map((one) => ({
      name: one.series,
      model: one.label,
      clips: one.requests[0].training?.length ?? all,
      epochs: one.requests[0].settings.epochs,
      spread: spreadOf(laboratory.modelsOf(one).map((model) => meanOf(storedRight(model)))),
    }));
    const names = [...new Set(measured.map(({ name }) => name))];
    const series = names.map((name) => ({
      name,
      points: measured
        .filter((one) => one.name === name)
        .map((one, i) => ({ x: SHARES[i], ...one }))
        .reverse(),
    }));
    return {
      data: { subset_seed: SUBSET, series, paper_loss_at_a_tenth: PAPER },
      rows: series.flatMap(({ points }) =>
        points.map(({ x, model, clips, epochs, spread }) => ({
          model,
          share: x,
          clips,
          epochs,
          ...spreadCells(spread),
        })),
      ),
      pictures: {
        '': spreadCurvesPicture(series, {
          title: 'by the share of the training clips; tested on all test clips',
          x: 'share of the training clips',
          y: 'top-1',
          level: chanceOf(clips),
        }),
      },
      summary: series.map(({ name, points }) => {
        const [tenth, whole] = [points[0].spread, points.at(-1)!.spread];
        const lost = (100 * (whole.mean - tenth.mean)).toFixed(1);
        const figures = `${percentSpread(whole)} to ${percentSpread(tenth)}`;
        return `${name} loses ${lost} points at a tenth of the training clips (${figures}); the paper's on Jester: ${(100 * PAPER[name]).toFixed(0)}`;
      }),
    };
  },
};

/**
 * Fewer clips make fewer steps an epoch: a share is trained for as many steps as all clips are, up to the epochs that the
 * recipe allows, and for those at the recipe's own share, so that `bench pareto` trains the same model.
 */
function trainedOn(draft: Draft, share: number, { recipe }: StudyInputs): Contender {
  if (share === 1) return contender(draft, recipe.seeds);
  const settings = { ...draft.settings, epochs: epochsOf(draft, share, recipe) };
  return contender({ ...draft, settings }, recipe.seeds, trainingShare(draft.data.set, share, SUBSET, draft.data.path));
}

function epochsOf({ settings }: Draft, share: number, { lowData }: Recipe): number {
  if (share === lowData.share) return lowData.epochs;
  const whole = Number((settings as { epochs?: number }).epochs);
  return Math.min(Math.round(whole / share), lowData.epochs);
}

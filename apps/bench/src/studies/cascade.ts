import { badInput } from '@movt/kernels';
import {
  type CascadeGoal,
  type CascadePoint,
  cascadeSweep,
  chooseThreshold,
  costOf,
  judgeCascade,
  type Logits,
  modelOf,
} from 'movt';
import { cascadePicture } from 'movt/evaluate/cascade-picture';
import { spreadOf } from 'movt/statistics';
import { type Contender, contender, movtDraft, videomaeDraft } from '../pareto/contenders.ts';
import type { Trained } from '../study/trained.ts';
import { percent, percentSpread, shareOf } from './answers.ts';
import { storedRight, testAnswers, validationAnswers } from './stored.ts';
import type { Study } from './study.ts';

/** Wanted accuracies, as shares of the large model's, and budgets, as shares of its cost. */
const ACCURACIES = [0.9, 0.95, 0.99];
const BUDGETS = [0.25, 0.5, 0.75];

/** MovT answers where it is sure, VideoMAE the rest: what a threshold for a wanted accuracy or a budget comes to on other clips. */
export const cascade: Study = {
  description: 'MovT answers where it is sure, VideoMAE the rest: thresholds for a wanted accuracy, or a budget',
  contenders({ recipe, clips: { tracks, videos } }) {
    const [name] = Object.keys(recipe.videomae.models);
    if (!videos || !name) {
      const given = videos ? 'a recipe without a VideoMAE' : `tracks alone in ${tracks.path}`;
      throw badInput({ action: 'planning a cascade', given, needed: 'videos, and a VideoMAE to see them' });
    }
    const small = movtDraft(recipe, recipe.cascade.small, tracks, tracks.set.clips[0].T);
    return [small, videomaeDraft(recipe, name, videos)].map((draft) => contender(draft, recipe.seeds));
  },
  async findings(_, [first, second], { modelsOf }) {
    const [small, big] = [first, second].map((one) => {
      const models = modelsOf(one);
      return {
        ...one,
        gmac: gmacOf(one),
        models,
        accuracy: spreadOf(models.map((model) => shareOf(storedRight(model)))),
      };
    });
    const costs = { smallCost: small.gmac, bigCost: big.gmac };
    // All seeds' clips together: one seed's are few, and a threshold of each would be another cascade for each.
    const sweepOf = (of: typeof testAnswers) =>
      cascadeSweep(
        pooled(small.models, of).outputs,
        pooled(big.models, of).outputs,
        pooled(small.models, of).labels,
        costs,
      );
    const validation = sweepOf(validationAnswers);
    const test = sweepOf(testAnswers);
    const alone = validation[validation.length - 1].accuracy;
    const goals: { wanted: string; goal: CascadeGoal }[] = [
      ...ACCURACIES.map((share) => ({
        wanted: `accuracy ${percent(share * alone)}`,
        goal: { accuracy: share * alone },
      })),
      ...BUDGETS.map((share) => ({
        wanted: `${(share * big.gmac).toPrecision(3)} GMAC a clip`,
        goal: { budget: share * big.gmac },
      })),
    ];
    const chosen = goals.flatMap(({ wanted, goal }) => {
      if ('budget' in goal && goal.budget < small.gmac) return []; // less than the small model alone
      const { threshold } = chooseThreshold(validation, goal);
      const judged = small.models.map((model, seed) => {
        const { outputs, labels } = testAnswers(model);
        return judgeCascade(outputs, testAnswers(big.models[seed]).outputs, labels, costs, threshold);
      });
      const spread = (value: (point: CascadePoint) => number) => spreadOf(judged.map(value));
      return [
        {
          ...{ wanted, threshold },
          ...{ coverage: spread((of) => of.coverage), accuracy: spread((of) => of.accuracy) },
          gmac: spread((of) => of.expectedCost),
        },
      ];
    });
    const marked = [...new Set(chosen.map(({ threshold }) => threshold))].map((threshold) => {
      const { outputs, labels } = pooled(small.models, testAnswers);
      return judgeCascade(outputs, pooled(big.models, testAnswers).outputs, labels, costs, threshold);
    });
    return {
      data: {
        ...{ small: small.label, big: big.label, small_gmac: small.gmac, big_gmac: big.gmac },
        ...{ small_accuracy: small.accuracy, big_accuracy: big.accuracy, chosen, validation, test },
      },
      rows: chosen.map(({ wanted, threshold, coverage, accuracy, gmac }) => ({
        ...{ wanted_on_validation: wanted, threshold },
        ...{ test_coverage: coverage.mean, test_accuracy: accuracy.mean, test_accuracy_sd: accuracy.sd ?? '' },
        test_gmac: gmac.mean,
      })),
      pictures: {
        '': cascadePicture(test, marked, {
          small: small.label,
          big: big.label,
          unit: 'GMAC a clip, of the models alone',
        }),
      },
      summary: [small, big].map(
        ({ label, accuracy, gmac }) => `${label} alone: ${percentSpread(accuracy)} at ${gmac.toPrecision(3)} GMAC`,
      ),
    };
  },
};

function gmacOf({ config, requests }: Contender): number {
  const model = modelOf(config);
  return costOf(model, model.shapeOf([requests[0].data.set.clips[0]])).mac.gops;
}

/** The answers of all seeds, one after the other. */
function pooled(models: readonly Trained[], answersOf: typeof testAnswers): { outputs: Logits; labels: number[] } {
  const all = models.map(answersOf);
  return { outputs: all.flatMap(({ outputs }) => outputs), labels: all.flatMap(({ labels }) => labels) };
}

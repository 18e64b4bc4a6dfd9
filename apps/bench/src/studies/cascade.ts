import { badInput, type GpuContext } from '@movt/kernels';
import {
  type CascadeGoal,
  type CascadePoint,
  cascadeSweep,
  chooseThreshold,
  costOf,
  createCascade,
  judgeCascade,
  type Logits,
  modelOf,
  predictorOf,
} from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { cascadePicture } from 'movt/evaluate/cascade-picture';
import { indexOfLargest } from 'movt/evaluate/log-probabilities';
import { meanOf, spreadOf } from 'movt/statistics';
import { type Contender, contender, movtDraft, videomaeDraft } from '../experiment/contenders.ts';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import { percent } from '../report/numbers.ts';
import { percentSpread } from './answers.ts';
import { storedRight, testAnswers, validationAnswers } from './stored.ts';
import type { Laboratory, Study } from './study.ts';

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
  async findings(_, [first, second], { modelsOf, remember }) {
    const [small, big] = [first, second].map((one) => {
      const models = modelsOf(one);
      return {
        ...one,
        gmac: gmacOf(one),
        models,
        accuracy: spreadOf(models.map((model) => meanOf(storedRight(model)))),
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
          wanted,
          threshold,
          coverage: spread((of) => of.coverage),
          accuracy: spread((of) => of.accuracy),
          gmac: spread((of) => of.expectedCost),
        },
      ];
    });
    const trial = chosen[0] && (await runCascade(remember, small.models[0], big.models[0], chosen[0].threshold));
    const marked = [...new Set(chosen.map(({ threshold }) => threshold))].map((threshold) => {
      const { outputs, labels } = pooled(small.models, testAnswers);
      return judgeCascade(outputs, pooled(big.models, testAnswers).outputs, labels, costs, threshold);
    });
    return {
      data: {
        small: small.label,
        big: big.label,
        small_gmac: small.gmac,
        big_gmac: big.gmac,
        small_accuracy: small.accuracy,
        big_accuracy: big.accuracy,
        chosen,
        validation,
        test,
        run: trial ?? null,
      },
      rows: chosen.map(({ wanted, threshold, coverage, accuracy, gmac }) => ({
        wanted_on_validation: wanted,
        threshold,
        test_coverage: coverage.mean,
        test_accuracy: accuracy.mean,
        test_accuracy_sd: accuracy.sd ?? '',
        test_gmac: gmac.mean,
      })),
      pictures: {
        '': cascadePicture(test, marked, {
          small: small.label,
          big: big.label,
          unit: 'GMAC a clip, of the models alone',
        }),
      },
      summary: [
        ...[small, big].map(
          ({ label, accuracy, gmac }) => `${label} alone: ${percentSpread(accuracy)} at ${gmac.toPrecision(3)} GMAC`,
        ),
        ...(trial ? [describeRun(trial)] : []),
      ],
    };
  },
};

/** A cascade that was run: the large model saw no other clips than those it was asked about. */
interface CascadeRun {
  readonly threshold: number;
  readonly clips: number;
  /** Clips that each model was asked about. */
  readonly asked: { readonly small: number; readonly big: number };
  /** Of the answers, and what the stored answers of both models say that it must be. */
  readonly accuracy: number;
  readonly expected_accuracy: number;
  /** Milliseconds a clip: of the cascade, and of the large model for every clip. */
  readonly ms: number;
  readonly big_ms: number;
}

/** Runs the cascade of the first seed on the test clips, one at a time, as they would come in. */
function runCascade(
  remember: Laboratory['remember'],
  small: Trained,
  big: Trained,
  threshold: number,
): Promise<CascadeRun> {
  const runs = [small, big].map(({ request }) => runKey(request));
  return remember({ cascade: runs, threshold }, async (open) => {
    const context = await open();
    const [first, second] = await Promise.all([small, big].map((model) => answererOf(context, model)));
    const { indices, outputs, labels } = testAnswers(small);
    const run = createCascade(first.answer, second.answer, threshold);
    await run.answer(indices.slice(0, 1)); // compiles
    await second.answer(indices.slice(0, 1));
    const before = { ...run.asked };
    let right = 0;
    const ms = await timed(async () => {
      for (const [i, clip] of indices.entries()) {
        const [answer] = (await run.answer([clip])).outputs;
        right += Number(indexOfLargest(answer) === labels[i]);
      }
    });
    const bigMs = await timed(async () => {
      for (const clip of indices) await second.answer([clip]);
    });
    for (const { destroy } of [first, second]) await destroy();
    const costs = { smallCost: 0, bigCost: 0 };
    const clips = indices.length;
    return {
      threshold,
      clips,
      asked: { small: run.asked.small - before.small, big: run.asked.big - before.big },
      accuracy: right / clips,
      expected_accuracy: judgeCascade(outputs, testAnswers(big).outputs, labels, costs, threshold).accuracy,
      ms: ms / clips,
      big_ms: bigMs / clips,
    };
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A model that answers clips of its set by their places in it. */
async function answererOf(context: GpuContext, { folder, request }: Trained) {
  const { config, weights } = await readModelCheckpoint(folder);
  const predictor = predictorOf(context, modelOf(config), weights);
  const { clips } = request.data.set;
  return {
    answer: async (places: readonly number[]) => (await predictor.predict(places.map((i) => clips[i]))).outputs,
    destroy: predictor.destroy,
  };
}

const describeRun = ({ threshold, clips, asked, accuracy, expected_accuracy, ms, big_ms }: CascadeRun) =>
  `run with τ = ${threshold.toFixed(3)}, the large model was asked about ${asked.big} of ${clips} clips: ${percent(accuracy)} right ` +
  `(${percent(expected_accuracy)} by the stored answers), ${ms.toPrecision(3)} ms a clip against ${big_ms.toPrecision(3)} for the large model alone`;

function gmacOf({ config, requests }: Contender): number {
  const model = modelOf(config);
  return costOf(model, model.shapeOf([requests[0].data.set.clips[0]])).mac.gops;
}

/** The answers of all seeds, one after the other. */
function pooled(models: readonly Trained[], answersOf: typeof testAnswers): { outputs: Logits; labels: number[] } {
  const all = models.map(answersOf);
  return { outputs: all.flatMap(({ outputs }) => outputs), labels: all.flatMap(({ labels }) => labels) };
}

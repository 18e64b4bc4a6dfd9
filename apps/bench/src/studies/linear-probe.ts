import { linearProbe as fitProbe, initialWeights, modelOf, predictorOf, type Weights } from 'movt';
import { probePicture } from 'movt/analysis/probe-picture';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { indexOfLargest } from 'movt/evaluate/log-probabilities';
import { clipsOfSplit, type Split } from 'movt/evaluate/split';
import { spreadOf } from 'movt/statistics';
import type { StudyData } from '../experiment/data.ts';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import { percentSpread } from './answers.ts';
import { chanceOf, spreadCells } from './figures.ts';
import { rivals } from './rivals.ts';
import type { Laboratory, Study } from './study.ts';

/** Whether the features of models that were trained on one set tell the classes of another, of which they saw no clip. */
export const linearProbe: Study = {
  description: 'logistic regression on E_F of models trained on one set, to tell the classes of another (--to)',
  hasTarget: true,
  contenders: ({ clips, target, ...rest }) => {
    // PixT needs pixels of both.
    const shared = { ...clips, pixels: target!.pixels && clips.pixels };
    return rivals({ clips: shared, target, ...rest });
  },
  async findings({ clips, target }, contenders, laboratory) {
    const rows = [];
    for (const contender of contenders) {
      const data = contender.series === 'PixT' ? target!.pixels! : target!.tracks;
      for (const start of ['trained', 'untrained'] as const) {
        const probes = [];
        for (const model of laboratory.modelsOf(contender)) probes.push(await probe(laboratory, model, start, data));
        const spread = spreadOf(probes.map(({ top1 }) => top1));
        rows.push({ model: contender.label, features: start, penalties: probes.map(({ penalty }) => penalty), spread });
      }
    }
    const source = clips.tracks.set.source ?? clips.tracks.path;
    const other = target!.tracks.set.source ?? target!.tracks.path;
    const level = chanceOf(target!);
    return {
      data: { trained_on: source, probed_on: other, most_frequent_class: level.value, rows },
      rows: rows.map(({ model, features, penalties, spread }) => ({
        model,
        features,
        ...spreadCells(spread),
        penalties: penalties.join(' '),
      })),
      pictures: {
        '': probePicture(
          rows.map(({ model, features, spread }) => ({ name: `${model}, ${features}`, spread })),
          { title: `models trained on ${source}`, label: `top-1 of a linear probe of E_F on ${other}`, level },
        ),
      },
      summary: rows.map(({ model, features, spread }) => `${model}, ${features}: ${percentSpread(spread)} on ${other}`),
    };
  },
};

interface Probed {
  readonly top1: number;
  readonly penalty: number;
}

/** @param start whether the features are those of the trained weights, or of those that its training began with */
function probe(
  { remember }: Laboratory,
  { request, folder }: Trained,
  start: 'trained' | 'untrained',
  { set, path, sha256 }: StudyData,
): Promise<Probed> {
  return remember({ run: runKey(request), linear_probe: { start, to: sha256 } }, async (open) => {
    const { config, weights } = await readModelCheckpoint(folder);
    const model = modelOf(config);
    for (const [i, clip] of set.clips.entries()) model.check(clip, `clip ${i} of ${path}`);
    const used: Weights = start === 'trained' ? weights : initialWeights(config, request.settings.seed);
    const predictor = predictorOf(await open(), model, used);
    const part = async (split: Split) => {
      const places = clipsOfSplit(set, split, path);
      const { features } = await predictor.predict(
        places.map((i) => set.clips[i]),
        { features: true },
      );
      return { features: features!, labels: places.map((i) => set.labels![i]) };
    };
    const [train, validation, test] = [await part('train'), await part('validation'), await part('test')];
    await predictor.destroy();
    const fitted = fitProbe(train, validation, set.classes!.length);
    const right = fitted.logits(test.features).filter((logits, i) => indexOfLargest(logits) === test.labels[i]);
    return { top1: right.length / test.labels.length, penalty: fitted.penalty };
  });
}

import type { Tracks } from '@movt/tracker/tracks';
import { costOf, type MovtConfig, modelOf } from 'movt';
import { sweepPicture } from 'movt/evaluate/sweep-picture';
import { keepPoints } from 'movt/robustness/drop-points';
import { meanOf, spreadOf } from 'movt/statistics';
import { type Contender, contender, movtDraft } from '../experiment/contenders.ts';
import { derivedData, type StudyData } from '../experiment/data.ts';
import { evenPlaces } from '../experiment/frames.ts';
import { percent } from '../report/numbers.ts';
import { spreadCells } from './figures.ts';
import { storedRight } from './stored.ts';
import type { Study, StudyInputs } from './study.ts';

/** Of the points of a clip. */
const POINTS = [1, 1 / 2, 1 / 4];

/** MovT trained anew for every number of frames, points and width. */
export const sweep: Study = {
  description: "MovT's accuracy and cost by frames, points and width, each trained anew",
  contenders: (inputs) => Object.keys(inputs.recipe.movt.models).flatMap((name) => ofSize(name, inputs)),
  async findings(_, contenders, laboratory) {
    const cells = contenders.map((one) => {
      const { config, frames, points, label, requests } = one;
      const model = modelOf(config);
      const { mac } = costOf(model, model.shapeOf([requests[0].data.set.clips[0]]));
      const spread = spreadOf(laboratory.modelsOf(one).map((trained) => meanOf(storedRight(trained))));
      return { model: label, frames, points: points!, width: (config as MovtConfig).width, gmac: mac.gops, spread };
    });
    const best = cells.reduce((a, b) => (b.spread.mean > a.spread.mean ? b : a));
    const near = cells.filter(({ spread }) => spread.mean >= best.spread.mean - NEAR);
    const cheapest = near.reduce((a, b) => (b.gmac < a.gmac ? b : a));
    const words = ({ model, spread, gmac }: typeof best) =>
      `${model}: ${percent(spread.mean)} at ${gmac.toPrecision(3)} GMAC`;
    return {
      data: { cells },
      rows: cells.map(({ spread, ...rest }) => ({ ...rest, ...spreadCells(spread) })),
      pictures: {
        '': sweepPicture(
          cells.map(({ spread, gmac, ...size }) => ({
            ...size,
            top1: spread.mean,
            cost: `${gmac.toPrecision(2)} GMAC`,
          })),
        ),
      },
      summary: [`the best is ${words(best)}`, `the cheapest within a point of it is ${words(cheapest)}`],
    };
  },
};

/** Models that are this much worse are about as good. */
const NEAR = 0.01;

function ofSize(name: string, { recipe, clips: { tracks } }: StudyInputs): Contender[] {
  const { N } = tracks.set.clips[0];
  const counts = [...new Set(POINTS.map((share) => Math.max(1, Math.round(share * N))))];
  return recipe.movt.frames.flatMap((frames) =>
    counts.map((points) => {
      const draft = movtDraft(recipe, name, thinPoints(tracks, points), frames);
      return contender({ ...draft, label: `${name}, ${frames} frames, ${points} points` }, recipe.seeds);
    }),
  );
}

/** Clips with fewer points, taken evenly from among them. */
function thinPoints(data: StudyData<Tracks>, points: number): StudyData<Tracks> {
  const { set } = data;
  if (set.clips.every(({ N }) => N === points)) return data;
  const clips = set.clips.map((clip) => keepPoints(clip, evenPlaces(clip.N, points)));
  return derivedData(data, { points }, { ...set, clips });
}

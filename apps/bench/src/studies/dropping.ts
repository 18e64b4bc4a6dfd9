import type { Tracks } from '@movt/tracker/tracks';
import type { PixelClip } from 'movt';
import { spreadCurvesPicture } from 'movt/evaluate/spread-curves-picture';
import { keepPixels, keepPoints, pointsLeft } from 'movt/robustness/drop-points';
import { meanOf, spreadOf } from 'movt/statistics';
import type { Contender } from '../experiment/contenders.ts';
import type { Trained } from '../experiment/trained.ts';
import { rightAnswers } from './answers.ts';
import { chanceOf, spreadCells } from './figures.ts';
import { rivals } from './rivals.ts';
import type { Laboratory, Study } from './study.ts';

const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9];
/** Draws which points of each clip are dropped: the same ones for every model. */
const SEED = 1;

/** Models that were trained on all points see test clips of which a share is missing. */
export const dropping: Study = {
  description: 'accuracy on test clips of which a share of the points, or pixels, is missing',
  contenders: rivals,
  async findings({ clips }, contenders, laboratory) {
    const series = [];
    for (const contender of contenders) {
      const points = [];
      for (const share of SHARES) {
        const scores = [];
        for (const model of laboratory.modelsOf(contender))
          scores.push(await scoreOf(laboratory, contender, model, share));
        points.push({ x: share, spread: spreadOf(scores) });
      }
      const what = contender.series === 'PixT' ? 'pixels' : 'points';
      series.push({ name: `${contender.series}, ${what}`, model: contender.label, what, points });
    }
    return {
      data: { seed: SEED, series },
      rows: series.flatMap(({ model, what, points }) =>
        points.map(({ x, spread }) => ({ model, dropped: what, share: x, ...spreadCells(spread) })),
      ),
      pictures: {
        '': spreadCurvesPicture(series, {
          title: 'trained on all points, tested with some of them missing',
          x: 'share that is missing',
          y: 'top-1',
          level: chanceOf(clips),
        }),
      },
      summary: series.map(({ name, points: [whole, ...rest] }) => {
        const loss = 100 * (whole.spread.mean - rest.find(({ x }) => x === 0.5)!.spread.mean);
        return `${name}: ${loss.toFixed(1)} points of accuracy lost where half are missing`;
      }),
    };
  },
};

async function scoreOf(laboratory: Laboratory, { series, points }: Contender, model: Trained, share: number) {
  const change = { drop: share, seed: SEED };
  const left = (clip: number) => pointsLeft(points!, share, SEED, clip);
  const right =
    series === 'PixT'
      ? rightAnswers<PixelClip>(laboratory, model, change, (clip, i) => keepPixels(clip, left(i)))
      : rightAnswers<Tracks>(laboratory, model, change, (clip, i) => keepPoints(clip, left(i)));
  return meanOf(await right);
}

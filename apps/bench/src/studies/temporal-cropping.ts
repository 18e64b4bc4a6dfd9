import type { Tracks } from '@movt/tracker/tracks';
import { spreadCurvesPicture } from 'movt/evaluate/spread-curves-picture';
import { cropFrames, croppedFrames, type Part } from 'movt/robustness/crop-frames';
import { meanOf, spreadOf } from 'movt/statistics';
import { rightAnswers } from './answers.ts';
import { chanceOf, spreadCells } from './figures.ts';
import { rivals } from './rivals.ts';
import type { Study } from './study.ts';

const SHARES = [0.1, 0.25, 0.5, 0.75, 1];
const PARTS: readonly Part[] = ['first', 'middle', 'last'];

/** Models that were trained on whole clips see a part of each test clip. */
export const temporalCropping: Study = {
  description: 'accuracy on a part of each test clip: its first, middle or last frames',
  contenders: rivals,
  async findings({ clips }, contenders, laboratory) {
    const series = [];
    for (const contender of contenders) {
      for (const part of PARTS) {
        const points = [];
        for (const share of SHARES) {
          const { count } = croppedFrames(contender.frames, share, part);
          const scores = [];
          for (const model of laboratory.modelsOf(contender)) {
            // Tracks and pixels lie alike.
            const crop = (clip: Tracks) => ({ ...clip, ...cropFrames(clip, share, part) });
            scores.push(meanOf(await rightAnswers(laboratory, model, { crop: { share, part } }, crop)));
          }
          points.push({ x: share, frames: count, spread: spreadOf(scores) });
        }
        series.push({ name: `${contender.series}, ${part}`, model: contender.label, part, points });
      }
    }
    const whole = series.map(({ name, points }) => ({ name, loss: points.at(-1)!.spread.mean - halfOf(points) }));
    return {
      data: { series },
      rows: series.flatMap(({ model, part, points }) =>
        points.map(({ x, frames, spread }) => ({ model, part, share: x, frames, ...spreadCells(spread) })),
      ),
      pictures: {
        '': spreadCurvesPicture(series, {
          title: 'trained on whole clips, tested on parts of clips',
          x: 'share of the frames',
          y: 'top-1',
          level: chanceOf(clips),
        }),
      },
      summary: whole.map(({ name, loss }) => `${name} half of the frames: ${(100 * loss).toFixed(1)} points lost`),
    };
  },
};

const halfOf = (points: readonly { readonly x: number; readonly spread: { readonly mean: number } }[]) =>
  points.find(({ x }) => x === 0.5)!.spread.mean;

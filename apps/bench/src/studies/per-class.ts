import { badInput } from '@movt/kernels';
import { perClassOverSeeds } from 'movt';
import { perClassPicture } from 'movt/evaluate/per-class-picture';
import { pairedDifference } from 'movt/statistics';
import { rivals } from './rivals.ts';
import { storedRight, testAnswers } from './stored.ts';
import type { Study } from './study.ts';

/** On which classes motion is better than appearance. */
export const perClass: Study = {
  description: 'the accuracy of MovT and of PixT, class by class',
  contenders(inputs) {
    const found = rivals(inputs);
    if (found.length === 2) return found;
    const given = `tracks alone in ${inputs.clips.tracks.path}`;
    throw badInput({
      action: 'comparing MovT with PixT',
      given,
      needed: 'the pixels too, as `movt data videos` makes them',
    });
  },
  async findings({ clips }, contenders, laboratory) {
    const [movt, pixt] = contenders.map((contender) => laboratory.modelsOf(contender));
    const logits = [movt, pixt].map((models) => models.map((model) => testAnswers(model).outputs));
    const { labels } = testAnswers(movt[0]);
    const classes = perClassOverSeeds(logits[0], logits[1], labels, clips.tracks.set.classes!);
    const [a, b] = [movt, pixt].map((models) => meanOfSeeds(models.map(storedRight)));
    const { difference, interval } = pairedDifference(a, b);
    const names = { a: contenders[0].label, b: contenders[1].label };
    const better = classes.filter((one) => one.a > one.b).length;
    const worse = classes.filter((one) => one.a < one.b).length;
    return {
      data: { movt: names.a, pixt: names.b, classes, difference, interval },
      rows: classes.map((one) => ({ class: one.name, clips: one.clips, movt: one.a, pixt: one.b })),
      pictures: { '': perClassPicture(classes, names) },
      summary: [
        `MovT is better on ${better} classes of ${classes.length}, PixT on ${worse}`,
        `MovT less PixT over all test clips: ${[difference, ...interval].map((share) => (100 * share).toFixed(1)).join(', ')} points (mean, and the ends of its 95 % interval by bootstrap over clips)`,
      ],
    };
  },
};

/** [clips] the mean of the seeds. */
function meanOfSeeds(seeds: readonly (readonly number[])[]): number[] {
  return seeds[0].map((_, i) => seeds.reduce((sum, right) => sum + right[i], 0) / seeds.length);
}

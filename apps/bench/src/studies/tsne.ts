import { knnPurity } from 'movt';
import { tsne as placeClips } from 'movt/analysis/t-sne';
import { tsnePicture } from 'movt/analysis/t-sne-picture';
import { lowDataSubset } from 'movt/robustness/low-data';
import { runKey } from '../experiment/request.ts';
import { percent } from '../report/numbers.ts';
import { rivals } from './rivals.ts';
import { testAnswers } from './stored.ts';
import type { Study } from './study.ts';

/** More are neither told apart in a picture nor quickly placed. */
const MOST_CLIPS = 1000;
const SEED = 1;

/** E_F of the test clips in a plane: of each model's first seed. */
export const tsne: Study = {
  description: 'the test clips as t-SNE places them by E_F, and how pure their neighbourhoods are',
  contenders: rivals,
  async findings({ clips }, contenders, laboratory) {
    const classes = clips.tracks.set.classes!;
    const found = [];
    for (const contender of contenders) {
      const [model] = laboratory.modelsOf(contender);
      const answers = testAnswers(model);
      const shown = lowDataSubset(answers.labels, Math.min(1, MOST_CLIPS / answers.labels.length), SEED);
      const labels = shown.map((i) => answers.labels[i]);
      const features = shown.map((i) => answers.features[i]);
      const places = await laboratory.remember({ run: runKey(model.request), tsne: { SEED, MOST_CLIPS } }, async () =>
        placeClips(features, SEED),
      );
      const ks = [1, 5, 10].filter((k) => k < labels.length);
      const purity = { features: knnPurity(features, labels, ks), picture: knnPurity(places, labels, ks) };
      const { series, label } = contender;
      const title = `E_F of ${model.request.name}: ${labels.length} test clips`;
      const svg = tsnePicture(places, labels, { classes, title, purity });
      found.push({ series, model: label, indices: shown.map((i) => answers.indices[i]), labels, places, purity, svg });
    }
    return {
      data: { seed: SEED, classes, models: found.map(({ svg, ...rest }) => rest) },
      rows: found.flatMap(({ model, indices, labels, places }) =>
        places.map(([x, y], i) => ({ model, clip: indices[i], class: classes[labels[i]], x, y })),
      ),
      pictures: Object.fromEntries(found.map(({ series, svg }, i) => [i === 0 ? '' : `-${series.toLowerCase()}`, svg])),
      summary: found.map(({ model, purity }) => {
        const text = ({ purity: shares }: typeof purity.features) =>
          shares.map(({ k, share }) => `${k}-NN ${percent(share)}`).join(', ');
        const chance = percent(purity.features.chance);
        return `${model}: purity of E_F ${text(purity.features)}; in the picture ${text(purity.picture)}; chance ${chance}`;
      }),
    };
  },
};

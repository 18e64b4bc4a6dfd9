import type { Results } from './fill-report.ts';

/** What a reader has to know besides the figures and how they are counted. */
export function notesOf({ recipe, experiment, modelsOf, isMotion12, circumstances }: Results): string[] {
  const contenders = [experiment.pixt, ...experiment.movt, ...experiment.videomae, ...experiment.lowData.contenders];
  const models = contenders.flatMap(modelsOf);
  const adapters = different(models.map(({ run }) => run.adapter));
  const commits = different(models.map(({ predictions }) => predictions.commit));
  const epochs = (settings: Record<string, unknown>) => `${settings.epochs ?? 50}`;
  const { movt, pixt, videomae, lowData } = recipe;
  return [
    `Trained from random weights: MovT for ${epochs(movt.settings)} epochs, PixT for ${epochs(pixt.settings)}, VideoMAE for ${epochs(videomae.settings)}; on a share of the clips for ` +
      `${lowData.epochs}. Of every run the epoch that is best on validation is kept. The paper trains otherwise, and its VideoMAE begins from weights learned on other videos: its figures and ours do not compare.`,
    'Fewer frames are taken evenly, the first and the last among them. Tracks at fewer frames were tracked through all of them, so the tracker costs the same; ' +
      'all models pay for decoding the whole clip.',
    "Where the videos come with boxes of what matters (those of motion-12 do), half of the points are tracked from a grid in the box of the first frame, half from one over the picture, and PixT's pixels lie in the box of each " +
      'frame; else all lie over the picture. Boxes cost nothing here. Since its box goes with the thing, PixT does not see where the thing is.',
    ...(isMotion12
      ? [
          'The classes of motion-12 are motions by construction, which no single frame shows: it says that tracks carry them, not that they would suffice elsewhere.',
        ]
      : []),
    `The ${lowData.share * 100} % of the training clips are one draw, the same for all seeds and models: what another draw would give is not in the spread.`,
    'Late fusion averages the logits half and half. It and the cascade run one model after the other: their times are sums of times measured apart. ' +
      'A cascade asks VideoMAE alone, both fused, or the MovT that PixT is compared with, where the small one is not sure; its thresholds are chosen on the validation clips of all seeds together.',
    "A model's time is that of one clip by itself, from the clip in memory to its answer: the median of 15 runs in which the models took turns. Decoding and tracking are means over all clips, as the data were made; " +
      'decoding includes making the small frames or picking the pixels.',
    ...(commits.some((commit) => commit !== circumstances.commit)
      ? [`Trained by the code of ${commits.join(' and ')}; this report was made by that of ${circumstances.commit}.`]
      : []),
    ...(adapters.some((adapter) => adapter !== circumstances.fingerprint.driver)
      ? [`Trained on ${adapters.join(' and ')}, and timed on ${circumstances.fingerprint.driver}.`]
      : []),
  ];
}

const different = (texts: readonly string[]) => [...new Set(texts)];

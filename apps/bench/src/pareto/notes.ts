import type { Results } from './fill-report.ts';

/** What a reader has to know besides the figures and how they are counted. */
export function notesOf({ recipe, data, experiment, modelsOf, circumstances }: Results): string[] {
  const contenders = [experiment.pixt, ...experiment.movt, ...experiment.videomae, ...experiment.lowData.contenders];
  const models = contenders.flatMap(modelsOf);
  const adapters = [...new Set(models.map(({ run }) => run.adapter))];
  const epochs = (settings: Record<string, unknown>) => `${settings.epochs ?? 50}`;
  const { movt, pixt, videomae, lowData } = recipe;
  return [
    `Trained from random weights: MovT for ${epochs(movt.settings)} epochs, PixT for ${epochs(pixt.settings)}, VideoMAE for ${epochs(videomae.settings)}; on a share of the clips for ` +
      `${lowData.epochs}. Of every run the epoch that is best on validation is kept. The paper trains otherwise, and its VideoMAE begins from weights learned on other videos: its figures and ours do not compare.`,
    'Fewer frames are the middle ones of equal parts of the clip. Tracks at fewer frames were tracked through all of them, so the tracker costs the same; ' +
      'all models pay for decoding the whole clip.',
    `The tracker follows ${data.tracks.set.clips[0].N} points from a grid in the first frame; PixT's pixels lie in the thing's box, which comes with the data and costs nothing here. Since the box goes with the thing, PixT does not see where the thing is.`,
    'Late fusion averages the logits half and half. It and the cascade run one model after the other: their times are sums of times measured apart. ' +
      'A cascade asks the large model alone, or both fused, where the small one is not sure; its thresholds are chosen on the validation clips of all seeds together.',
    "A model's time is that of one clip by itself, from the clip in memory to its answer: the median of 15 runs in which the models took turns. Decoding and tracking are means over all clips, as the data were made; " +
      'decoding includes making the small frames or picking the pixels.',
    ...(adapters.some((adapter) => adapter !== circumstances.fingerprint.driver)
      ? [`Trained on ${adapters.join(' and ')}, and timed on ${circumstances.fingerprint.driver}.`]
      : []),
  ];
}

import { perClassOverSeeds } from 'movt';
import { PAPER_POINTS } from 'movt/paper';
import type { Contender, Experiment } from '../experiment/contenders.ts';
import { describeClips } from '../experiment/describe-clips.ts';
import type { Recipe } from '../experiment/recipe.ts';
import type { Trained } from '../experiment/trained.ts';
import type { VideoData } from '../experiment/video-data.ts';
import { type Labels, labelsOf, seedLogits, spread, top1 } from './accuracy.ts';
import { cascade, fuse, type Measured } from './combinations.ts';
import { expenseOf } from './costs.ts';
import { lessonsOf } from './lessons.ts';
import { notesOf } from './notes.ts';
import type { LowDataRow, ParetoReport } from './report.ts';

/** What a report is made of, all of it stored in the workspace. */
export interface Results {
  readonly recipe: Recipe;
  readonly data: VideoData;
  readonly experiment: Experiment;
  /** Of the experiment's fusions those that have been trained. */
  readonly crossed: readonly Contender[];
  /** A contender's models, one a seed. */
  readonly modelsOf: (contender: Contender) => readonly Trained[];
  /** Milliseconds that a contender's model takes for a clip. */
  readonly msOf: (contender: Contender) => number;
  /** Whether the clips are those of motion-12 that the command renders. */
  readonly isMotion12: boolean;
  /** Where and when, and by which command. */
  readonly circumstances: Pick<ParetoReport, 'commit' | 'date' | 'command' | 'fingerprint' | 'software'>;
}

const MOTION_12 = 'motion-12, rendered as videos and tracked by KLT';

/** Computes the report from the results, pictures of studies aside; it trains and times nothing. */
export function fillReport(results: Results): Omit<ParetoReport, 'pictures'> {
  const { recipe, data, experiment, modelsOf, circumstances } = results;
  const labels = labelsOf(modelsOf(experiment.pixt)[0]);
  const measured = (contender: Contender) => measure(results, contender, labels);
  const movt = experiment.movt.map(measured);
  const pixt = measured(experiment.pixt);
  const videomae = experiment.videomae.map(measured);
  const ofKey = (key: string) => movt.find(({ point }) => point.key === key)!;
  const peer = ofKey(experiment.peer.key);
  const first = ofKey(experiment.first.key);

  const longest = movt.filter(({ point }) => point.frames === peer.point.frames);
  const fusions = videomae.flatMap((big) => longest.map((small) => fuse(small, big, labels)));
  const { coverages } = recipe.cascade;
  const asked = videomae.flatMap((big) => [[big, big] as const, [big, fuse(first, big, labels)] as const]);
  const cascades = [...asked, [peer, peer] as const].map(([big, fallback]) =>
    cascade(first, big, fallback, coverages, labels),
  );
  const crossed = results.crossed.map(measured);
  const lowData = lowDataRows(results, labels);
  const pointsOf = (all: readonly Measured[]) => all.map(({ point }) => point);
  const { set } = data.tracks;
  return {
    format: 'movt-pareto/1',
    ...circumstances,
    data: {
      source: results.isMotion12 ? MOTION_12 : (set.source ?? data.tracks.path),
      ...describeClips(set),
      videoSize: { width: Math.round(data.cost.width), height: Math.round(data.cost.height) },
    },
    points: [
      ...pointsOf([...movt, pixt, ...videomae, ...fusions, ...crossed]),
      ...cascades.flatMap(({ points }) => points),
    ],
    paper: PAPER_POINTS,
    lessons: lessonsOf({
      classes: set.classes!.length,
      testClips: labels.test.length,
      movt: pointsOf(movt),
      pixt: pixt.point,
      peer: peer.point,
      videomae: pointsOf(videomae),
      fusions: pointsOf(fusions),
      lowData,
    }),
    lowData,
    cascade: { small: first.point.label, big: videomae[0].point.label, sweep: cascades[0].sweep },
    perClass: {
      movt: peer.point.label,
      pixt: pixt.point.label,
      classes: perClass(peer, pixt, labels.test, set.classes!),
    },
    notes: notesOf(results),
  };
}

function measure({ data, modelsOf, msOf }: Results, contender: Contender, labels: Labels): Measured {
  const { key, series, label, frames, points } = contender;
  const logits = seedLogits(modelsOf(contender));
  return {
    logits,
    point: {
      key,
      series,
      label,
      frames,
      points,
      ...expenseOf(contender, msOf(contender), data.cost),
      top1: spread(logits.test.map((of) => top1(of, labels.test))),
    },
  };
}

/** Of each series: trained on all clips, then on a share of them. */
function lowDataRows({ data, experiment, modelsOf }: Results, labels: Labels): LowDataRow[] {
  const { peer, pixt, lowData } = experiment;
  const train = data.tracks.set.split!.filter((part) => part === 0).length;
  const rowOf = (contender: Contender, share: number, clips: number): LowDataRow => {
    const { series, label } = contender;
    const { test } = seedLogits(modelsOf(contender));
    return { series, label, share, clips, top1: spread(test.map((of) => top1(of, labels.test))) };
  };
  return [
    ...[peer, pixt].map((contender) => rowOf(contender, 1, train)),
    ...lowData.contenders.map((contender) => rowOf(contender, lowData.share, lowData.clips)),
  ];
}

/** Recall of each class, the mean over the seeds. */
function perClass(movt: Measured, pixt: Measured, labels: readonly number[], classes: readonly string[]) {
  const rows = perClassOverSeeds(movt.logits.test, pixt.logits.test, labels, classes);
  return rows.map(({ name, clips, a, b }) => ({ name, clips, movt: a, pixt: b }));
}

import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import {
  type FusionClip,
  fusionConfig,
  fusionFrozen,
  type ModelConfig,
  type MovtConfig,
  type PixelClip,
  parseModelConfig,
  presetConfig,
  type VideoClip,
  type VideomaeConfig,
} from 'movt';
import { parseSettings } from 'movt/train';
import { derivedData, type StudyData } from './data.ts';
import { thinTracks, thinVideos } from './frames.ts';
import type { Recipe } from './recipe.ts';
import type { RunRequest } from './request.ts';
import type { Series } from './series.ts';
import { trainingShare } from './subsets.ts';
import type { VideoData } from './video-data.ts';

/** A model of the experiment, trained once a seed. */
export interface Contender {
  /** As in ParetoPoint. */
  readonly key: string;
  readonly series: Series;
  readonly label: string;
  readonly config: ModelConfig;
  readonly frames: number;
  readonly points: number | null;
  /** One a seed, in their order. */
  readonly requests: readonly RunRequest[];
}

/** Models that are trained on a share of the training clips; each has a namesake that is trained on all. */
export interface LowData {
  readonly share: number;
  /** Training clips in it. */
  readonly clips: number;
  readonly contenders: readonly Contender[];
}

/** All that is trained. */
export interface Experiment {
  /** By size, and by frames within a size. */
  readonly movt: readonly Contender[];
  readonly pixt: Contender;
  /** The MovT that PixT is compared with: of its size, at the most frames. */
  readonly peer: Contender;
  readonly videomae: readonly Contender[];
  /** The MovT that answers first in a cascade: at the most frames. */
  readonly first: Contender;
  readonly lowData: LowData;
  /** Cross-attention, by variant; none where the recipe has none. Not among the runs of `requestsOf`. */
  readonly fusions: readonly Contender[];
}

/** A contender before its configuration is checked. */
export interface Draft extends Omit<Contender, 'config' | 'requests'> {
  readonly config: object;
  readonly data: StudyData;
  readonly settings: object;
}

/** Of VideoMAE, where a recipe does not say otherwise: its authors' choices. */
const AUTHORS = { mlpRatio: 4, normEps: 1e-6, fcNormEps: 1e-6 };

/** What a recipe asks for, on some data. Throws bad_input for models and settings that are none, and for more frames than clips have. */
export function planExperiment(recipe: Recipe, data: VideoData): Experiment {
  const { tracks } = data;
  const { T } = tracks.set.clips[0];
  const share = trainingShare(tracks.set, recipe.lowData.share, 0, tracks.path);

  const drafts = Object.keys(recipe.movt.models).flatMap((name) =>
    recipe.movt.frames.map((frames) => movtDraft(recipe, name, tracks, frames)),
  );
  const { like } = recipe.pixt;
  const pixels = pixtDraft(recipe, data.pixels);
  const peerKey = `${like}-${T}`;
  const peerDraft = drafts.find(({ key }) => key === peerKey);
  if (!peerDraft) {
    const given = `no ${T} among the frames of MovT`;
    throw badInput({ action: 'planning the experiment', given, needed: `${T}, all of a clip: PixT is compared there` });
  }
  const videomae = Object.keys(recipe.videomae.models).map((name) =>
    contender(videomaeDraft(recipe, name, data.videos), recipe.seeds),
  );
  const movt = drafts.map((draft) => contender(draft, recipe.seeds));
  const less = [peerDraft, pixels].map((draft) => {
    const settings = { ...draft.settings, epochs: recipe.lowData.epochs };
    return contender({ ...draft, settings }, recipe.seeds, share);
  });
  const { fusion } = recipe;
  const partner = movt.find(({ key }) => key === `${fusion?.movt}-${T}`);
  return {
    movt,
    fusions: fusion && partner && videomae[0] ? fusionContenders(fusion.settings, partner, videomae[0]) : [],
    pixt: contender(pixels, recipe.seeds),
    peer: movt.find(({ key }) => key === peerKey)!,
    videomae,
    first: movt.find(({ key }) => key === `${recipe.cascade.small}-${T}`)!,
    lowData: { share: recipe.lowData.share, clips: share.length, contenders: less },
  };
}

/** Every run of an experiment, a seed after the other: interrupted, the seeds that are done make a report. */
export function requestsOf({ movt, pixt, videomae, lowData }: Experiment): RunRequest[] {
  const contenders = [...movt, pixt, ...lowData.contenders, ...videomae];
  const seeds = pixt.requests.length;
  return Array.from({ length: seeds }, (_, seed) => contenders.map(({ requests }) => requests[seed])).flat();
}

/** One of the recipe's MovTs, on clips thinned out to some frames. */
export function movtDraft(recipe: Recipe, name: string, tracks: StudyData<Tracks>, frames: number): Draft {
  const { N: points } = tracks.set.clips[0];
  return {
    key: `${name}-${frames}`,
    series: 'MovT',
    label: `${name}, ${frames} frames`,
    frames,
    points,
    config: movtConfig(recipe, name, tracks.set.classes!.length),
    data: thinTracks(tracks, frames),
    settings: recipe.movt.settings,
  };
}

/** The recipe's PixT, at all frames. */
export function pixtDraft(recipe: Recipe, pixels: StudyData<PixelClip>): Draft {
  const { like, settings } = recipe.pixt;
  const { T: frames, N: points } = pixels.set.clips[0];
  const name = `pixt-${like.replace(/^movt-/, '')}`;
  return {
    key: `${name}-${frames}`,
    series: 'PixT',
    label: `${name}, ${frames} frames`,
    frames,
    points,
    config: pixtLike(movtConfig(recipe, like, pixels.set.classes!.length), points),
    data: pixels,
    settings,
  };
}

/** One of the recipe's VideoMAEs, at its own number of frames. */
export function videomaeDraft(recipe: Recipe, name: string, videos: StudyData<VideoClip>): Draft {
  const { models, settings } = recipe.videomae;
  const config = { model: 'videomae', ...AUTHORS, ...models[name], outputs: videos.set.classes!.length };
  const frames = Number(models[name].frames);
  return {
    key: name,
    series: 'VideoMAE',
    label: `${name}, ${frames} frames`,
    frames,
    points: null,
    config,
    data: thinVideos(videos, frames),
    settings,
  };
}

/** The paper's variants of cross-attention between two models, seed by seed. The first begins with random weights, the others with theirs. */
export function fusionContenders(settings: object, movt: Contender, videomae: Contender): Contender[] {
  const [points, video] = [movt, videomae].map(({ requests }) => requests[0].data);
  const data = pairClips(points as StudyData<Tracks>, video as StudyData<VideoClip>);
  return ([1, 2, 3] as const).map((variant) => {
    const config = fusionConfig(movt.config as MovtConfig, videomae.config as VideomaeConfig, variant);
    const label = `cross-attention ${variant}, ${movt.label} + ${videomae.label}`;
    const source = `the recipe (${label})`;
    const requests = movt.requests.map((branch, seed): RunRequest => {
      const own = { ...settings, frozen: fusionFrozen(config), seed: branch.settings.seed };
      return {
        name: `${label}, seed ${branch.settings.seed}`,
        config,
        settings: parseSettings(own, source),
        data,
        ...(variant > 1 && { branches: { movt: branch, videomae: videomae.requests[seed] } }),
      };
    });
    return {
      key: `${movt.key}.${videomae.key}.cross-${variant}`,
      series: 'Cross-attention',
      label,
      config,
      frames: Math.max(movt.frames, videomae.frames),
      points: movt.points,
      requests,
    };
  });
}

/** Clips as both branches of a fusion take them. */
function pairClips(tracks: StudyData<Tracks>, videos: StudyData<VideoClip>): StudyData<FusionClip> {
  const clips = tracks.set.clips.map((clip, i) => ({ tracks: clip, video: videos.set.clips[i] }));
  return derivedData(tracks, { with: videos.sha256 }, { ...tracks.set, clips });
}

/** A draft as it is trained, once a seed. */
export function contender({ data, settings, ...draft }: Draft, seeds: readonly number[], training?: readonly number[]) {
  const source = `the recipe (${draft.label})`;
  const config = parseModelConfig(draft.config, source);
  const part = training ? ` on ${training.length} clips` : '';
  const requests = seeds.map(
    (seed): RunRequest => ({
      name: `${draft.label}${part}, seed ${seed}`,
      settings: parseSettings({ ...settings, seed }, source),
      config,
      data,
      ...(training && { training }),
    }),
  );
  return { ...draft, config, requests };
}

function movtConfig(recipe: Recipe, name: string, outputs: number): MovtConfig {
  const { preset, ...changes } = recipe.movt.models[name];
  return { ...presetConfig(String(preset), outputs), ...changes };
}

/** A PixT of a MovT's sizes. */
function pixtLike({ positionHidden, velocityLags, displacement, ...trunk }: MovtConfig, points: number): object {
  return { model: 'pixt', points, ...trunk };
}

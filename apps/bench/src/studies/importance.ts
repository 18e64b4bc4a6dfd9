import type { Tracks } from '@movt/tracker/tracks';
import { createTrackGradient, type MovtConfig, trackImportance } from 'movt';
import { readModelCheckpoint } from 'movt/checkpoint/file';
import { importantCount } from 'movt/evaluate/importance';
import { importancePicture } from 'movt/evaluate/importance-picture';
import { clipsOfSplit } from 'movt/evaluate/split';
import { spreadOf } from 'movt/statistics';
import { runKey } from '../experiment/request.ts';
import type { Trained } from '../experiment/trained.ts';
import { rivals } from './rivals.ts';
import type { Laboratory, Study } from './study.ts';

/** How many tracks an answer hangs on: the gradient of the true class's logit with respect to each track. */
export const importance: Study = {
  description: 'how many tracks of a test clip matter to MovT, by gradients',
  contenders: (inputs) => rivals(inputs).slice(0, 1),
  async findings({ clips }, [movt], laboratory) {
    const seeds = [];
    for (const model of laboratory.modelsOf(movt)) {
      const clips = (await importancesOf(laboratory, model)).map((values) => Float64Array.from(values));
      seeds.push({ name: model.request.name, clips, counts: clips.map(importantCount) });
    }
    const { set, path } = clips.tracks;
    const test = clipsOfSplit(set, 'test', path);
    const classOf = (i: number) => set.classes![set.labels![test[i]]];
    const [first] = seeds;
    const mean = spreadOf(seeds.map(({ counts }) => average(counts)));
    return {
      data: {
        model: movt.label,
        mean_important_count: mean,
        seeds: seeds.map(({ name, clips, counts }) => ({
          name,
          important_counts: counts,
          importances: clips.map((values) => Array.from(values)),
        })),
      },
      rows: set.classes!.map((name) => {
        const counts = first.counts.filter((_, i) => classOf(i) === name);
        return { class: name, clips: counts.length, important_tracks: counts.length > 0 ? average(counts) : '' };
      }),
      pictures: { '': importancePicture(first.clips, average(first.counts)) },
      summary: [
        `on average ${mean.mean.toFixed(1)} of ${movt.points} tracks of a test clip are above 0.5 (seeds: ${seeds.map(({ counts }) => average(counts).toFixed(1)).join(', ')}); the paper: 5 to 6 of 60`,
      ],
    };
  },
};

/** [test clips][points] */
function importancesOf({ remember }: Laboratory, { request, folder }: Trained): Promise<number[][]> {
  return remember({ run: runKey(request), importance: 'true class' }, async (open) => {
    const { set, path } = request.data;
    const test = clipsOfSplit(set, 'test', path);
    const stored = await readModelCheckpoint(folder);
    const source = createTrackGradient(await open(), { ...stored, config: stored.config as MovtConfig });
    const clips = test.map((i) => set.clips[i] as Tracks);
    const labels = test.map((i) => set.labels![i]);
    const gradients = await source.gradient(clips, labels);
    await source.destroy();
    return gradients.map((gradient, i) => Array.from(trackImportance(gradient, clips[i].N)));
  });
}

const average = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) / counts.length;

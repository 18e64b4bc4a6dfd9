import { badInput, limitExceeded } from '@movt/kernels';
import { TSNE } from '@saehrimnir/druidjs';
import { standardise, standardOf } from './standardise.ts';

/** Every pair of clips has a place in five matrices, and is visited in every step: 2,000 take 160 MB and a minute. */
const MOST_CLIPS = 2000;
const FEWEST_CLIPS = 5;
const STEPS = 500;
const PERPLEXITY = 30;

/**
 * Clips as points of a plane, near each other where their features are: t-SNE (van der Maaten and Hinton, "Visualizing
 * Data using t-SNE", 2008) in 500 steps, on standardised features. Perplexity 30, or a third of the clips where there are
 * few. The same features and seed give the same picture.
 *
 * @param features [clips][width], such as E_F
 * @returns [clips][x, y]
 * @throws MovtError bad_input for fewer than five clips and for features that are no finite numbers; limit_exceeded for
 * more than 2,000 clips
 */
export function tsne(features: readonly ArrayLike<number>[], seed: number): [x: number, y: number][] {
  const action = 'drawing a t-SNE';
  const given = `${features.length} clips`;
  if (features.length < FEWEST_CLIPS) throw badInput({ action, given, needed: `at least ${FEWEST_CLIPS}` });
  if (features.length > MOST_CLIPS) {
    throw limitExceeded({ action, given, needed: `at most ${MOST_CLIPS}`, fix: 'Draw some of them.' });
  }
  const wrong = features.findIndex((row) => !Array.from(row).every(Number.isFinite));
  if (wrong >= 0)
    throw badInput({ action, given: `clip ${wrong} with a feature that is no number`, needed: 'finite features' });
  const rows = standardise(features, standardOf(features)).map((row) => Array.from(row));
  const perplexity = Math.min(PERPLEXITY, (features.length - 1) / 3);
  return new TSNE(rows, { perplexity, seed }).transform(STEPS).map((place) => [place[0], place[1]]);
}

import { badInput } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import { parseWith, real, record, whole } from 'movt/validate';
import * as v from 'valibot';

const name = v.pipe(
  v.string('a name'),
  v.regex(/^[\w.-]{1,40}$/, 'a name of letters, digits, -, _ and .: it is part of the names of files'),
);
const share = real('a share above 0 and below 1', (value) => value > 0 && value < 1);
/** Classes of motion-12. */
const CLASSES = 12;

/** What movt itself checks: a configuration without its outputs, and training settings without their seed. */
const checkedLater = v.record(v.string(), v.unknown(), 'an object');

const clips = v.pipe(
  whole(CLASSES, 2 ** 20),
  v.check((count) => count % CLASSES === 0, `a multiple of ${CLASSES}: the classes take turns`),
);

const schema = record({
  /** Clips of motion-12 and what is taken from them, where no data are given. */
  motion12: record({
    train: clips,
    validation: clips,
    test: clips,
    /** Tracks of a clip, and pixels of a frame. */
    points: whole(1, 4096),
    /** Frames that VideoMAE sees, and their side. */
    videoFrames: whole(1, 1024),
    videoSize: whole(16, 1024),
    seed: whole(0, 2 ** 32 - 1),
  }),
  seeds: v.pipe(v.array(whole(0, 2 ** 32 - 1), 'a list of seeds'), v.minLength(1, 'at least one seed')),
  movt: record({
    /** Frames that a clip's tracks are thinned out to. */
    frames: v.pipe(v.array(whole(2, 4096), 'a list of numbers of frames'), v.minLength(1, 'at least one')),
    /** By name: a preset and what differs from it. */
    models: v.record(name, checkedLater),
    settings: checkedLater,
  }),
  /** PixT of the size of one of MovT's models, at the most frames. */
  pixt: record({ like: name, settings: checkedLater }),
  videomae: record({ models: v.record(name, checkedLater), settings: checkedLater }),
  /**
   * Cross-attention between one of MovT's models, at the most frames, and the first VideoMAE. `bench study fusion` trains it, and then
   * `bench pareto` shows it.
   */
  fusion: v.optional(record({ movt: name, settings: checkedLater })),
  /** A share of the training clips that MovT and PixT are trained on once more, and the epochs of that: fewer clips make fewer steps. */
  lowData: record({ share, epochs: whole(1, 10_000) }),
  /** One of MovT's models, at the most frames, answers first; the shares of the clips that it shall answer. */
  cascade: record({ small: name, coverages: v.array(share, 'a list of shares') }),
});

/** What `bench pareto` trains, and how. */
export type Recipe = v.InferOutput<typeof schema>;

/**
 * Reads a recipe, JSON.
 * @throws MovtError bad_input with the key, its value and what is allowed
 */
export async function readRecipe(path: string): Promise<Recipe> {
  const text = new TextDecoder().decode(await readFileBytes(path, 2 ** 20));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badInput({ action: `reading ${path}`, given: (error as Error).message, needed: 'JSON' });
  }
  const recipe = parseWith(schema, value, `reading the recipe ${path}`);
  const { movt, pixt, cascade, fusion } = recipe;
  const sizes = { 'pixt.like': pixt.like, 'cascade.small': cascade.small, 'fusion.movt': fusion?.movt };
  for (const [key, size] of Object.entries(sizes)) {
    if (size === undefined || Object.hasOwn(movt.models, size)) continue;
    const needed = `one of ${Object.keys(movt.models).join(', ')}`;
    throw badInput({ action: `reading the recipe ${path}`, given: `${key} = "${size}"`, needed });
  }
  return recipe;
}

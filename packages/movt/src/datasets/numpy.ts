import { badInput } from '@movt/kernels';
import { type TensorEntry, toFloat32, toNumbers } from '@movt/kernels/safetensors';
import { readZip } from '@movt/kernels/zip';
import type { TrackSet, Tracks } from '@movt/tracker/tracks';
import { type Axes, checkShape, toClips } from './axes.ts';
import { classesOf, indexLabels } from './labels.ts';
import { parseNpy, type StringArray } from './npy.ts';
import { type ReadOptions, refuseOptions } from './options.ts';
import { chooseSplit, isSplitName, parsePart } from './splits.ts';

const NAMES = ['tracks', 'labels', 'targets', 'group', 'classes'];

/**
 * Reads tracks that numpy.save wrote: [S,T,N,2|3] numbers of any type. The third number of a point is taken as
 * occluded (1 = hidden) unless `axes` says what it is.
 *
 * @returns Clips in the file's own coordinates.
 * @throws MovtError bad_input for another shape or type
 */
export function readNpy(bytes: Uint8Array, source: string, options: ReadOptions): TrackSet {
  refuseOptions(options, ['split'], 'a .npy file');
  return { clips: readClips(parseNpy(bytes, source), source, options.axes), source };
}

/**
 * Reads tracks that numpy.savez or savez_compressed wrote: `tracks` as in `readNpy`; perhaps `labels` [S] (indices, or
 * names of classes), `targets` [S] or [S,K], `group` [S], `classes` (strings), and arrays `split…` [S] of 0, 1, 2 or
 * train, validation, test.
 *
 * @returns Clips in the file's own coordinates.
 * @throws MovtError bad_input for arrays by other names, and for other shapes and types
 */
export async function readNpz(bytes: Uint8Array, source: string, options: ReadOptions): Promise<TrackSet> {
  const arrays = new Map<string, TensorEntry | StringArray>();
  for (const [file, content] of await readZip(bytes, source)) {
    const name = file.replace(/\.npy$/, '');
    if (!NAMES.includes(name) && !isSplitName(name)) {
      throw badInput({
        action: `reading ${source}`,
        given: `an array '${name.slice(0, 80)}'`,
        needed: `arrays by the names ${NAMES.join(', ')}, split…`,
      });
    }
    arrays.set(name, parseNpy(content, `'${name}' of ${source}`));
  }
  const tracks = arrays.get('tracks');
  if (!tracks) {
    throw badInput({ action: `reading ${source}`, given: "no array 'tracks'", needed: 'tracks [S,T,N,2|3]' });
  }
  const clips = readClips(tracks, `'tracks' of ${source}`, options.axes);
  const find = (name: string, rank: readonly number[] = [1]) => {
    const array = arrays.get(name);
    if (array && (!rank.includes(array.shape.length) || array.shape[0] !== clips.length)) {
      const needed = `${rank.length > 1 ? 'a number or row' : 'one'} for each of ${clips.length} clips`;
      throw badInput({ action: `reading '${name}' of ${source}`, given: `shape [${array.shape}]`, needed });
    }
    return array;
  };
  const [labels, targets, group] = [find('labels'), find('targets', [1, 2]), find('group')];
  const name = chooseSplit([...arrays.keys()].filter(isSplitName), options.split, source);
  const split = name === undefined ? undefined : find(name);
  const classes = arrays.get('classes');
  const classNames = classes && strings(classes, `'classes' of ${source}`);
  return {
    clips,
    ...(classNames && { classes: classNames }),
    ...(labels && readLabels(labels, classNames, source)),
    ...(targets && { targets: floats(targets, `'targets' of ${source}`) }),
    ...(split && { split: readSplit(split, name!, source) }),
    ...(group && { group: wholeNumbers(group, `'group' of ${source}`) }),
    source,
  };
}

function readClips(array: TensorEntry | StringArray, source: string, axes?: Axes): Tracks[] {
  const { shape } = array;
  const last = shape[3];
  const needed = axes ? `[S,T,N,${axes.length}], ${axes}` : '[S,T,N,2] or [S,T,N,3]';
  if (shape.length !== 4 || (axes ? last !== axes.length : last !== 2 && last !== 3)) {
    throw badInput({ action: `reading ${source}`, given: `shape [${shape.slice(0, 8)}]`, needed });
  }
  checkShape(shape, source);
  return toClips(floats(array, source), shape, axes ?? (last === 2 ? 'xy' : 'xyo'), source);
}

function floats(array: TensorEntry | StringArray, source: string): Float32Array {
  if ('strings' in array) throw badInput({ action: `reading ${source}`, given: 'strings', needed: 'numbers' });
  return /^B?F/.test(array.dtype) ? toFloat32(array, source) : Float32Array.from(toNumbers(array, source));
}

function readSplit(array: TensorEntry | StringArray, name: string, source: string): number[] {
  const parts: (string | number)[] = 'strings' in array ? array.strings : wholeNumbers(array, `'${name}' of ${source}`);
  return parts.map((part, s) => parsePart(part, `'${name}' of clip ${s} in ${source}`));
}

/** Indices, or the names of classes. */
function readLabels(array: TensorEntry | StringArray, classes: string[] | undefined, source: string) {
  if (!('strings' in array)) return { labels: wholeNumbers(array, `'labels' of ${source}`) };
  return indexLabels(array.strings, classes ?? classesOf(array.strings), (s) => `label ${s} of ${source}`);
}

function wholeNumbers(array: TensorEntry | StringArray, source: string): number[] {
  if ('strings' in array) throw badInput({ action: `reading ${source}`, given: 'strings', needed: 'whole numbers' });
  return toNumbers(array, source);
}

function strings(array: TensorEntry | StringArray, source: string): string[] {
  if ('strings' in array) return array.strings;
  throw badInput({ action: `reading ${source}`, given: array.dtype, needed: 'strings' });
}

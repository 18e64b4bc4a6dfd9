import { badInput } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';
import * as v from 'valibot';
import { checkShape, isAxes, toClips } from './axes.ts';
import type { ReadOptions } from './options.ts';
import { chooseSplit, isSplitName, parsePart } from './splits.ts';

const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const list = <const Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item));

/** The JSON beside the numbers. Other keys are let be, and those named split… are lists of parts. */
const description = v.looseObject({
  dtype: v.literal('float32le'),
  shape: v.tuple([size, size, size, size]),
  axes: v.optional(v.pipe(v.array(v.string()), v.length(4))),
  name: v.optional(v.string()),
  classes: list(v.string()),
  labels: list(v.number()),
  targets: list(v.union([v.number(), v.array(v.number())])),
  group: list(v.number()),
});

/**
 * Reads bare little-endian float32 numbers beside a JSON that describes them: `dtype` "float32le", `shape` [S,T,N,2|3],
 * `axes` whose last names the numbers of a point ("xyz"); perhaps `classes`, `labels`, `targets` (S numbers or rows),
 * `group`, and lists `split…` of train, validation and test.
 *
 * @param source The files' name, for messages.
 * @returns Clips in the file's own coordinates.
 * @throws MovtError bad_input with the key that is wrong
 */
export function readF32(bytes: Uint8Array, json: Uint8Array, source: string, options: ReadOptions): TrackSet {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const found = parseDescription(json, refuse);
  const { shape, classes, labels, group, name } = found;
  const axes = options.axes ?? found.axes?.[3] ?? (shape[3] === 2 ? 'xy' : undefined);
  if (!isAxes(axes) || axes.length !== shape[3]) {
    throw refuse(
      `axes ${JSON.stringify(axes)} for shape [${shape}]`,
      'a last axis xy, xyz, xyo or xyv as long as its name',
    );
  }
  checkShape(shape, source);
  const valueCount = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== valueCount * 4) {
    throw refuse(`${bytes.length} bytes of numbers`, `${valueCount * 4} for shape [${shape}]`);
  }
  const rows = found.targets?.map((row) => (typeof row === 'number' ? [row] : row));
  const ragged = rows?.findIndex((row) => row.length !== rows[0].length) ?? -1;
  if (ragged >= 0)
    throw refuse(`${rows![ragged].length} targets of clip ${ragged}`, `${rows![0].length}, as of clip 0`);

  const splits = Object.keys(found).filter(isSplitName);
  const split = chooseSplit(splits, options.split, source);
  const parts = split === undefined ? undefined : found[split];
  if (parts !== undefined && !Array.isArray(parts)) throw refuse(`${split} that is no list`, 'a list of parts');
  return {
    clips: toClips(littleEndian(bytes, valueCount), shape, axes, source),
    ...(labels && { labels }),
    ...(rows && { targets: Float32Array.from(rows.flat()) }),
    ...(parts && { split: parts.map((part, s) => parsePart(part, `${split} of clip ${s} in ${source}`)) }),
    ...(group && { group }),
    ...(classes && { classes }),
    source: `${name ?? source}${splits.length > 1 ? `, ${split}` : ''}`,
  };
}

function parseDescription(
  json: Uint8Array,
  refuse: (given: string, needed: string) => Error,
): v.InferOutput<typeof description> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw refuse('a .json that is not JSON', 'dtype, shape and axes of the numbers in JSON');
  }
  const result = v.safeParse(description, value, { abortEarly: true });
  if (result.success) return result.output;
  const [{ received, expected }] = result.issues;
  throw refuse(
    `${v.getDotPath(result.issues[0]) ?? 'the .json'} = ${received.slice(0, 80)}`,
    expected ?? 'another value',
  );
}

function littleEndian(bytes: Uint8Array, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Float32Array(count).map((_, i) => view.getFloat32(i * 4, true));
}

import { badInput } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';
import { type Command, Option } from 'commander';
import { AXES, type Axes } from '../datasets/axes.ts';
import { centreClips, fromPixels } from '../datasets/coordinates.ts';
import { checkNewFolder, isFolderName, readForeign, writeDataset } from '../datasets/file.ts';
import type { ReadOptions } from '../datasets/options.ts';
import type { ByShape } from '../datasets/shapes.ts';
import { splitValidation } from '../datasets/validation.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs } from './outputs.ts';
import { progress } from './progress.ts';

interface ConvertOptions extends ReadOptions {
  axes?: Axes;
  output: string;
  size?: { width: number; height: number };
  validation?: number;
  seed: number;
}

const HELP = `
Files that are read:
  x.npy               [S,T,N,2|3]
  x.npz               tracks [S,T,N,2|3] and perhaps labels, targets, split, group, classes
  x.csv               a row a point: columns clip, frame, point, x, y, perhaps occluded, label, split, group
  x_TRAIN.ts          UEA archive, with x_TEST.ts beside it: the official split
  x.f32               little-endian float32, with x.json beside it: dtype, shape, axes, labels, classes, split…
Coordinates become those of movt: pixels by --size; without it each clip is centred on its mean and divided by its
largest absolute coordinate. Clips of several lengths are written as a folder, a file for each shape.`;

/** `movt data convert`: tracks of others into tracks files. */
export function addConvert(data: Command): void {
  data
    .command('convert')
    .description('tracks of others into a tracks file')
    .argument('<file>', 'NumPy, CSV, UEA .ts, or .f32 with .json')
    .requiredOption('-o, --output <path>', 'the tracks: x.safetensors, or a folder for clips of several shapes')
    .addOption(
      new Option(
        '--axes <names>',
        "a point's numbers: x, y, then z (unused), o (1 = occluded) or v (1 = visible)",
      ).choices(AXES),
    )
    .option('--split <name>', 'which split, where the file has several')
    .option('--size <WxH>', 'coordinates are pixels of a picture of this size', parseSize)
    .option('--validation <fraction>', 'move this share of train to validation, by class and group', parseFraction)
    .option('--seed <number>', 'draws the clips of --validation', wholeNumber('--seed', 0, 2 ** 32 - 1), 0)
    .addHelpText('after', HELP)
    .action(async (file: string, options: ConvertOptions) => {
      const { output, size, validation, seed } = options;
      await (isFolderName(output) ? checkNewFolder(output) : checkOutputs([output], [file]));
      progress.stage(`reading ${file}`);
      const found = await readForeign(file, options);
      const placed = size ? fromPixels(found, size.width, size.height) : centreClips(found);
      const set = validation === undefined ? placed : splitValidation(placed, validation, seed);
      const parts = await writeDataset(output, set);
      progress.end();
      console.log(describe(output, set, parts));
      console.log(`coordinates: ${size ? `pixels of ${size.width}×${size.height}` : 'each clip centred and scaled'}`);
    });
}

/** How much of what there is, by part of the split, and where the clips are. */
function describe(
  output: string,
  { clips, labels, targets, split, classes, group }: TrackSet,
  parts: ByShape[],
): string {
  const shape = parts.length > 1 ? `in ${parts.length} shapes` : `of ${clips[0].T} frames × ${clips[0].N} points`;
  const classCount = classes?.length ?? new Set(labels).size;
  const partCounts = ['train', 'validation', 'test'].map((name, part) => {
    return `${name} ${split?.filter((value) => value === part).length}`;
  });
  return [
    `${output}: ${clips.length} clips ${shape}`,
    labels && `${classCount} classes`,
    targets && `${targets.length / clips.length} targets a clip`,
    group && `${new Set(group).size} groups`,
    split && partCounts.join(', '),
  ]
    .filter(Boolean)
    .join('; ');
}

function parseSize(text: string): { width: number; height: number } {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
  if (width !== undefined) return { width: Number(width), height: Number(height) };
  throw badInput({ action: 'reading --size', given: `'${text}'`, needed: 'WIDTHxHEIGHT in pixels, as 640x480' });
}

function parseFraction(text: string): number {
  const value = /^0?\.\d+$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw badInput({ action: 'reading --validation', given: `'${text}'`, needed: 'a fraction above 0 and below 1' });
}

/** A folder of PNG and JPEG files as a video. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { readImage } from '../image.ts';
import { type Decoder, noFrame } from './source.ts';

/** Files have no times: the rate that most annotated sets were filmed at. */
const FRAMES_PER_SECOND = 25;

/**
 * A decoder for the images of a folder in natural order (2.png before 10.png), 25 a second; other and hidden files are
 * passed over. Throws bad_input where there is none; while reading, where one is unreadable or of another size than the
 * first.
 */
export async function openImages(folder: string): Promise<Decoder> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.(png|jpe?g)$/i.test(name));
  const { compare } = new Intl.Collator('en', { numeric: true });
  const paths = names.sort(compare).map((name) => join(folder, name));
  if (paths.length === 0) throw noFrame(folder, 'a folder without a .png, .jpg or .jpeg file');
  const { width, height } = await readImage(paths[0]);

  async function* read(positions: readonly number[]) {
    for (const position of positions) {
      const image = await readImage(paths[position]);
      if (image.width !== width || image.height !== height) {
        throw badInput({
          action: `reading the images of ${folder}`,
          given: `${paths[0]} of ${width}×${height} pixels and ${paths[position]} of ${image.width}×${image.height}`,
          needed: 'images of one size',
        });
      }
      yield { position, data: image.data };
    }
  }
  return {
    width,
    height,
    times: paths.map((_, i) => i / FRAMES_PER_SECOND),
    warnings: [],
    read,
    close: async () => {},
  };
}

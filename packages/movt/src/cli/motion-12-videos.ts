import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@movt/kernels';
import { fileError, readFileBytes, writeFileAtomic } from '@movt/kernels/safetensors/file';
import { encodeJpeg } from '@movt/tracker/image';
import { thingBoxes } from '../motion-12/boxes.ts';
import { MOTION_CLASSES } from '../motion-12/classes.ts';
import { renderFrames } from '../motion-12/render.ts';
import { createScene } from '../motion-12/scene.ts';
import { partOf, type Rounds } from '../motion-12/split.ts';
import { JESTER } from '../video-sets/jester-names.ts';
import { makeFolder } from './outputs.ts';
import { createPace } from './pace.ts';
import { progress } from './progress.ts';

/** What decides the pictures of a clip. */
interface Rendering {
  seed: number;
  frames: number;
  /** Pixels along either side. */
  size: number;
}

export interface VideoOptions extends Rendering {
  clips: number;
  split: Rounds;
}

/** What the pictures were made with, for whoever goes on. */
const SETTINGS = 'motion-12.json';
const QUALITY = 90;

/**
 * Renders clips of motion-12 in the layout of Jester: a folder of JPEGs a clip, lists of `id;label`, and `boxes.json` with the thing's box in
 * every frame. Clips that are there are kept, so that an interrupted run goes on where it was; a clip appears whole or not at all.
 *
 * @throws MovtError bad_input where the folder holds clips that were made otherwise
 */
export async function writeMotion12Videos(folder: string, { clips, split, ...rendering }: VideoOptions): Promise<void> {
  await makeFolder(folder);
  await claimFolder(folder, rendering);
  const videos = join(folder, JESTER.videos);
  await mkdir(videos, { recursive: true });
  const there = new Set(await readdir(videos));
  for (const name of there) if (name.startsWith('.')) await rm(join(videos, name), { recursive: true, force: true });

  progress.stage(`rendering ${clips} clips`);
  const boxes: Record<string, ReturnType<typeof thingBoxes>> = {};
  const parts: string[][] = JESTER.parts.map(() => []);
  const pace = createPace(clips);
  for (let clip = 0; clip < clips; clip++) {
    const id = `${clip + 1}`;
    const scene = createScene(rendering.seed, clip, rendering.frames);
    boxes[id] = thingBoxes(scene, rendering.size);
    parts[partOf(clip, split)]!.push(`${id};${MOTION_CLASSES[scene.label]}\n`);
    if (there.has(id)) continue;
    await writeClip(videos, id, renderFrames(scene, rendering.size), rendering.size);
    progress.advance(clip + 1, clips, pace(clip + 1));
  }
  await writeFileAtomic(join(folder, JESTER.boxes), boxesJson(boxes));
  await writeFileAtomic(join(folder, JESTER.classes), MOTION_CLASSES.map((name) => `${name}\n`).join(''));
  for (const [part, lines] of parts.entries()) await writeFileAtomic(join(folder, JESTER.parts[part]!), lines.join(''));
}

/** Refuses a folder whose clips are of another rendering. */
async function claimFolder(folder: string, { seed, frames, size }: Rendering): Promise<void> {
  const path = join(folder, SETTINGS);
  const wanted = `${JSON.stringify({ seed, frames, size, quality: QUALITY })}\n`;
  const names = await readdir(folder);
  if (!names.includes(SETTINGS)) {
    if (names.length === 0) return writeFileAtomic(path, wanted);
    throw badInput({
      action: `rendering motion-12 into ${folder}`,
      given: `a folder with ${names[0]} in it`,
      needed: 'a new or empty one, or one that this command has begun',
    });
  }
  const found = new TextDecoder().decode(await readFileBytes(path, 2 ** 16));
  if (found === wanted) return;
  throw badInput({
    action: `going on in ${folder}`,
    given: `clips made with ${found.trim()}`,
    needed: wanted.trim(),
    fix: 'Give the same options, or another folder.',
  });
}

/** Writes a clip's frames as 00001.jpg … beside their place, then puts the folder there. */
async function writeClip(videos: string, id: string, frames: Iterable<Uint8Array>, size: number): Promise<void> {
  const temporary = join(videos, `.${id}.${process.pid}.tmp`);
  try {
    await mkdir(temporary);
    let number = 0;
    for (const data of frames) {
      const name = `${String(++number).padStart(5, '0')}.jpg`;
      await writeFile(join(temporary, name), await encodeJpeg({ width: size, height: size, data }, QUALITY));
    }
    await rename(temporary, join(videos, id));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}); // The first error is the one that explains.
    throw fileError('writing', join(videos, id), error);
  }
}

/** A line a clip; to hundredths of a pixel, outwards. */
function boxesJson(boxes: Record<string, ReturnType<typeof thingBoxes>>): string {
  const down = (value: number) => Math.floor(value * 100) / 100;
  const up = (value: number) => Math.ceil(value * 100) / 100;
  const lines = Object.entries(boxes).map(([id, ofClip]) => {
    const rows = ofClip.map((box) => box && [down(box.x0), down(box.y0), up(box.x1), up(box.y1)]);
    return `${JSON.stringify(id)}:${JSON.stringify(rows)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

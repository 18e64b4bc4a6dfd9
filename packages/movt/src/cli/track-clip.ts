import { basename } from 'node:path';
import { badInput, type GpuContext } from '@movt/kernels';
import { openVideo } from '@movt/tracker/frames';
import type { Image } from '@movt/tracker/image';
import { loadPoints } from '@movt/tracker/points-file';
import { type TrackedVideo, trackVideo } from '@movt/tracker/track';
import type { ClipChoice } from './options.ts';
import { progress } from './progress.ts';
import { watchFrames } from './watch-frames.ts';

/** Draws the points of a mask: the same ones at each run. */
const MASK_SEED = 0;

/** A clip's tracks, its last frame to draw them on, and what the user should know. */
export interface TrackedClip extends TrackedVideo {
  lastFrame: Image;
  warnings: readonly string[];
}

/**
 * Decodes the chosen part of a video (or folder of images) and tracks the chosen points through it; warnings go to
 * standard error as well.
 *
 * @throws MovtError bad_input where the part has fewer than two frames
 */
export async function trackClip(context: GpuContext, video: string, choice: ClipChoice): Promise<TrackedClip> {
  const { points, frames: sampling, start, end } = choice;
  progress.stage(`opening ${basename(video)}`);
  const source = await openVideo(video, {
    sampling,
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  });
  try {
    checkLength(source.frameCount, video);
    const queries = await loadPoints(points, source, MASK_SEED);
    progress.stage(`tracking ${queries.length} points through ${source.frameCount} frames`);
    let lastFrame: Image | undefined;
    const watched = watchFrames(source, (frame) => {
      lastFrame = frame;
    });
    const tracked = await trackVideo(context, watched, queries, { onProgress: progress.advance });
    // Where a video is cut off, its index promises more frames than there are.
    checkLength(tracked.tracks.T, video);
    for (const warning of source.warnings) progress.note(`warning: ${warning}`);
    return { ...tracked, lastFrame: lastFrame!, warnings: source.warnings };
  } finally {
    await source.close();
  }
}

function checkLength(frames: number, video: string): void {
  if (frames >= 2) return;
  throw badInput({
    action: `tracking points in ${video}`,
    given: `${frames} frame(s)`,
    needed: 'at least 2: motion needs two',
    fix: 'Choose a longer part with --start, --end and --frames.',
  });
}

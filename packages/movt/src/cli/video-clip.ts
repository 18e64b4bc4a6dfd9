import { badInput, type GpuContext } from '@movt/kernels';
import { openVideo, sampleIndices } from '@movt/tracker/frames';
import type { Query } from '@movt/tracker/points';
import { trackVideo } from '@movt/tracker/track';
import { type Box, evenGrid, sampleBox } from '../pixt/sample-box.ts';
import { fillBoxes } from '../video-sets/boxes.ts';
import { preprocessFrames } from '../videomae/preprocess.ts';
import type { ClipCost } from '../videos/files.ts';
import type { ClipData } from '../videos/write-folder.ts';
import { watchFrames } from './watch-frames.ts';

/** How a video becomes a clip for every model. */
export interface ClipRequest {
  /** Taken evenly from the whole video, for tracks and pixels. */
  readonly frames: number;
  readonly points: number;
  /** Taken evenly from those. */
  readonly videoFrames: number;
  /** Pixels along either side of a frame for VideoMAE. */
  readonly size: number;
}

/** A side of VideoMAE's patches: smaller pictures are refused. */
const PATCH = 16;

/**
 * Decodes a video once and makes of it tracks (KLT), PixT's pixels, and frames for VideoMAE.
 *
 * Half of the points lie on a grid over the box of the first frame, half on one over the picture, and the pixels in each frame's box; without boxes
 * all lie over the whole picture.
 *
 * @param boxes of each frame of the video
 * @throws MovtError bad_input for a video that cannot be decoded to its end, or whose pictures are smaller than a patch
 */
export async function makeClip(
  context: GpuContext,
  path: string,
  { frames, points, videoFrames, size }: ClipRequest,
  boxes: readonly (Box | null)[] | undefined,
): Promise<{ clip: ClipData; cost: ClipCost }> {
  const asked = performance.now();
  const source = await openVideo(path, { sampling: { kind: 'exactly', count: frames } });
  const openMs = performance.now() - asked;
  try {
    const { width, height } = source;
    const picture = { x0: 0, y0: 0, x1: width, y1: height };
    const filled = boxes && fillBoxes(boxes);
    const boxAt = filled && sampleIndices(filled.length, { kind: 'exactly', count: frames }).map((t) => filled[t]);
    const pixels = new Uint8Array(frames * points * 3);
    const video = new Uint8Array(videoFrames * size * size * 3);
    const chosen = sampleIndices(frames, { kind: 'exactly', count: videoFrames });
    let [resizeMs, sampleMs] = [0, 0];
    const watched = watchFrames(source, (frame) => {
      const start = performance.now();
      if (chosen.includes(frame.index)) {
        const [resized] = preprocessFrames([frame], size, PATCH);
        for (const [t, index] of chosen.entries()) if (index === frame.index) video.set(resized, t * size * size * 3);
      }
      const middle = performance.now();
      pixels.set(sampleBox(frame, boxAt?.[frame.index] ?? picture, points), frame.index * points * 3);
      resizeMs += middle - start;
      sampleMs += performance.now() - middle;
    });
    const { tracks, cost } = await trackVideo(context, watched, queryPoints(picture, boxAt?.[0], points));
    if (tracks.T < frames) {
      throw badInput({
        action: `reading ${path}`,
        given: `${tracks.T} of the ${frames} frames that were asked for: it is damaged or cut off`,
        needed: 'a video that is whole',
        fix: 'Take it out of the lists, or put a whole one there.',
      });
    }
    return {
      clip: { tracks: tracks.data, pixels, video },
      cost: {
        decode_ms: openMs + cost.decodeMs - resizeMs - sampleMs,
        track_ms: cost.wallMs - cost.decodeMs,
        resize_ms: resizeMs,
        sample_ms: sampleMs,
        klt_flops: cost.flops,
        klt_macs: cost.macs,
        width,
        height,
      },
    };
  } finally {
    await source.close();
  }
}

/** Whole numbers are pixel centres to the tracker, and it takes none beyond the outer ones. */
function queryPoints(picture: Box, box: Box | undefined, count: number): Query[] {
  const inBox = box ? Math.ceil(count / 2) : 0;
  const places = [...(box ? evenGrid(box, inBox) : []), ...(count > inBox ? evenGrid(picture, count - inBox) : [])];
  const within = (value: number, length: number) => Math.min(Math.max(value - 0.5, 0), length - 1);
  return places.map(({ x, y }) => ({ frame: 0, x: within(x, picture.x1), y: within(y, picture.y1) }));
}

import { badInput, type GpuContext, POINT_SIZE } from '@movt/kernels';
import type { FrameSource } from './frames/source.ts';
import { createKltTracker, type KltTracker } from './klt/tracker.ts';
import type { Query } from './points.ts';
import { normalise, type Picture, type Tracks } from './tracks.ts';

export interface TrackOptions {
  /** Called after each frame with how many are done and how many the video promises. */
  onProgress?: (done: number, total: number) => void;
  /**
   * Called with tracks as they come, a piece every few frames: [frames,N,3] as in `TrackedVideo.pixels`, and the frame that it begins with.
   * Each piece costs a read-back.
   */
  onPoints?: (pixels: Float32Array, first: number) => void;
  /**
   * Runs what needs the device, a piece at a time, where others use it too; decoding is not in there. When a turn ends the device has done what
   * it was given.
   */
  turn?: (work: () => Promise<void>) => Promise<void>;
}

/** Frames of a piece: at most this many, and this many bytes, but at least one. */
const PIECE_FRAMES = 4;
const PIECE_BYTES = 32 * 2 ** 20;

/** What tracking took. */
export interface TrackingCost {
  /** Milliseconds from the first frame asked for to the last result read; decoding and tracking overlap. */
  wallMs: number;
  /** Of these, milliseconds spent waiting for the decoder. */
  decodeMs: number;
  /** Milliseconds that compiling took, before. */
  compileMs: number;
  dispatches: number;
  /** Counted with five steps a level: the pictures decide how many it takes. */
  flops: number;
  /** Of these, multiply-accumulates: 2 each. */
  macs: number;
  readBackBytes: number;
}

export interface TrackedVideo {
  /** As the model takes them: normalised. */
  tracks: Tracks;
  /** [T,N,3] x, y in pixels, whole numbers being pixel centres, and occluded. */
  pixels: Float32Array;
  picture: Picture;
  cost: TrackingCost;
}

/**
 * Follows points through a video with pyramidal Lucas–Kanade (see ops/klt in @movt/kernels). Frames are streamed: GPU memory does not depend
 * on the length of the video.
 *
 * @param queries N points; each is occluded, at its query, until its frame comes.
 * @throws MovtError bad_input for no queries or one outside the clip; limit_exceeded where they do not fit the device.
 */
export async function trackVideo(
  context: GpuContext,
  source: FrameSource,
  queries: readonly Query[],
  { onProgress, onPoints, turn }: TrackOptions = {},
): Promise<TrackedVideo> {
  const { width, height, fps, frameCount } = source;
  const N = queries.length;
  checkQueries(queries, source);
  const takeTurn = turn ?? ((work: () => Promise<void>) => work());
  let klt: KltTracker | undefined;
  await takeTurn(async () => {
    klt = await createKltTracker(context, width, height, queries);
  });
  const tracker = klt!;
  try {
    const started = performance.now();
    let asked = started;
    let decodeMs = 0;
    let T = 0;
    let read = 0;
    const pieces: Float32Array[] = [];
    const collect = async () => {
      for (const piece of await tracker.take()) {
        pieces.push(piece);
        onPoints?.(piece, read);
        read += piece.length / (N * 3);
      }
    };
    const inPieces = turn !== undefined || onPoints !== undefined;
    const room = inPieces ? Math.max(1, Math.min(PIECE_FRAMES, Math.floor(PIECE_BYTES / (width * height * 4)))) : 1;
    const waiting: Uint8Array[] = [];
    const track = () =>
      takeTurn(async () => {
        for (const data of waiting.splice(0)) {
          await tracker.push(data);
          T++;
          onProgress?.(T, frameCount);
        }
        if (inPieces) await collect();
      });

    for await (const { data } of source) {
      decodeMs += performance.now() - asked;
      waiting.push(data);
      if (waiting.length === room) await track();
      asked = performance.now();
    }
    if (waiting.length > 0) await track();
    await takeTurn(collect);
    const pixels = concatenate(pieces, T * N * 3);
    const { dispatches, flops, macs, compileMs } = tracker.plan;
    return {
      tracks: { data: normalise(pixels, width, height), T, N },
      pixels,
      picture: { width, height, fps },
      cost: {
        wallMs: performance.now() - started,
        decodeMs,
        compileMs,
        dispatches: dispatches.length * T,
        flops: flops * T,
        macs: macs * T,
        readBackBytes: T * N * POINT_SIZE * 4,
      },
    };
  } finally {
    await tracker.destroy();
  }
}

function concatenate(pieces: readonly Float32Array[], length: number): Float32Array {
  const all = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function checkQueries(queries: readonly Query[], { width, height, frameCount }: FrameSource): void {
  const refuse = (given: string, needed: string) => badInput({ action: 'tracking points', given, needed });
  if (queries.length === 0) throw refuse('no points', 'at least one');
  for (const [n, { frame, x, y }] of queries.entries()) {
    const isInside = x >= 0 && y >= 0 && x < width && y < height;
    if (isInside && Number.isInteger(frame) && frame >= 0 && frame < frameCount) continue;
    throw refuse(
      `point ${n} at frame ${frame}, x ${x}, y ${y}`,
      `a frame of 0 … ${frameCount - 1}, 0 ≤ x < ${width} and 0 ≤ y < ${height}`,
    );
  }
}

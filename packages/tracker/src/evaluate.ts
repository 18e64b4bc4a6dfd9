import { badInput, type GpuContext } from '@movt/kernels';
import type { FrameSource } from './frames/source.ts';
import { createKltTracker } from './klt/tracker.ts';
import { type TapVidMetrics, tapVidMetrics } from './metrics.ts';
import { gridPoints, type Query } from './points.ts';
import { type TrackedVideo, trackVideo } from './track.ts';

/** Annotated points of a video: in each annotated frame a place for each of N points, or null where it cannot be seen. */
export interface TrackAnnotations {
  width: number;
  height: number;
  frames: { frame: number; points: ([x: number, y: number] | null)[] }[];
}

export interface TrackerEvaluation {
  metrics: TapVidMetrics;
  /** Points that are visible in some annotated frame: each was queried in the first such frame. */
  queries: Query[];
  tracked: TrackedVideo;
}

/**
 * Tracks annotated points through their video and scores the result as TAP-Vid does ('first' mode).
 *
 * @throws MovtError bad_input where annotations and video do not belong together.
 */
export async function evaluateTracker(
  context: GpuContext,
  source: FrameSource,
  annotations: TrackAnnotations,
): Promise<TrackerEvaluation> {
  const { width, height } = annotations;
  if (width !== source.width || height !== source.height) {
    throw badInput({
      action: 'evaluating the tracker',
      given: `a video of ${source.width}×${source.height} pixels`,
      needed: `${width}×${height} as annotated`,
    });
  }
  const queries = annotatedQueries(annotations);
  const tracked = await trackVideo(context, source, queries);
  return { metrics: scoreTracks(annotations, tracked.pixels), queries, tracked };
}

/** The queries of an evaluation, in the order of `scoreTracks`'s points: every point that is visible at all, in its first visible frame. */
export function annotatedQueries(annotations: TrackAnnotations): Query[] {
  return firstSightings(annotations).map(({ query }) => query);
}

/**
 * Scores anybody's answer to `annotatedQueries`.
 * @param pixels [T,N,3] x, y in pixels and occluded, for every frame of the video
 */
export function scoreTracks(annotations: TrackAnnotations, pixels: Float32Array): TapVidMetrics {
  const { width, height, frames } = annotations;
  const seen = firstSightings(annotations);
  const N = seen.length;
  const T = pixels.length / (N * 3);
  const truth = new Float32Array(T * N * 3);
  for (const { frame, points } of frames) {
    if (frame >= T) continue;
    for (const [n, { point }] of seen.entries())
      truth.set(points[point] ? [...points[point], 0] : [0, 0, 1], (frame * N + n) * 3);
  }
  return tapVidMetrics({
    truth: { data: truth, T, N },
    predicted: { data: pixels, T, N },
    queryFrames: seen.map(({ query }) => query.frame),
    width,
    height,
    frames: frames.map(({ frame }) => frame).filter((frame) => frame < T),
  });
}

/** Reads annotations from JSON: `{ width, height, frames: [{ frame, points: [[x, y] | null, …] }] }`. Throws bad_input for anything else. */
export function parseAnnotations(text: string, source: string): TrackAnnotations {
  const refuse = (given: string) =>
    badInput({
      action: `reading ${source}`,
      given,
      needed: '{ "width", "height", "frames": [{ "frame", "points": [[x, y] or null, …] }, …] }',
    });
  let parsed: Partial<TrackAnnotations> | null;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const { width, height, frames } = parsed ?? {};
  if (!isSize(width) || !isSize(height) || !Array.isArray(frames) || frames.length === 0)
    throw refuse('something else');
  let last = -1;
  for (const { frame, points } of frames) {
    if (!Number.isInteger(frame) || frame <= last) throw refuse(`frame ${frame} after frame ${last}`);
    if (!Array.isArray(points) || points.length !== frames[0]!.points.length || !points.every(isPlace)) {
      throw refuse(`frame ${frame} with points that are not all [x, y] or null, or not as many as before`);
    }
    last = frame;
  }
  return { width, height, frames };
}

const isSize = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
const isPlace = (place: unknown) =>
  place === null || (Array.isArray(place) && place.length === 2 && place.every(Number.isFinite));

/** Each point that is visible at all, with its first visible frame as the query. */
function firstSightings({ frames }: TrackAnnotations): { point: number; query: Query }[] {
  return frames[0]!.points.flatMap((_, point) => {
    const first = frames.find(({ points }) => points[point]);
    if (!first) return [];
    const [x, y] = first.points[point]!;
    return [{ point, query: { frame: first.frame, x, y } }];
  });
}

/** Frames that a timing run uses at most: they are held in memory, so that decoding is not timed. */
const TIMED_FRAMES = 32;

/** A clip in memory: RGBA frames [height, width, 4] of one size. */
export interface TimingClip {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Uint8Array[];
}

/** The start of a video, for timing. */
export async function timingClip(source: FrameSource): Promise<TimingClip> {
  const frames: Uint8Array[] = [];
  for await (const { data } of source) {
    frames.push(data);
    if (frames.length === TIMED_FRAMES) break;
  }
  return { width: source.width, height: source.height, frames };
}

/** That many query points in a picture's first frame, spread evenly. */
export function spreadPoints(count: number, width: number, height: number): Query[] {
  const columns = Math.ceil(Math.sqrt((count * width) / height));
  return gridPoints(columns, Math.ceil(count / columns), width, height).slice(0, count);
}

/** Milliseconds a frame with that many points, spread evenly: upload, all kernels and read-back, without decoding and compiling. */
export async function timeTracker(
  context: GpuContext,
  { width, height, frames }: TimingClip,
  pointCounts: readonly number[],
): Promise<number[]> {
  const times: number[] = [];
  for (const count of pointCounts) {
    const tracker = await createKltTracker(context, width, height, spreadPoints(count, width, height));
    const run = async () => {
      for (const frame of frames) await tracker.push(frame);
      await tracker.take();
    };
    await run(); // Warm: software adapters compile at the first dispatch.
    const started = performance.now();
    await run();
    times.push((performance.now() - started) / frames.length);
    await tracker.destroy();
  }
  return times;
}

import { parseSampling } from '@movt/tracker/frames/sampling';
import { gridPoints, parsePointsSpec, type Query } from '@movt/tracker/points';
import { trackVideo } from '@movt/tracker/track';
import type { Picture, Tracks } from '@movt/tracker/tracks';
import { preprocessFrames, type VideoClip, type VideomaeConfig } from 'movt';
import { Refusal } from '../refusal.ts';
import type { TrackQuery } from '../schemas/v1.ts';
import type { Service } from '../service.ts';
import { type CountedWork, trackerWork } from './cost.ts';
import { stageTeller, type Tell } from './progress.ts';
import { flatTracks, MAX_SHOWN } from './tracks-json.ts';
import { takeTurns } from './turns.ts';
import type { ClipChoice, FrameChoice, StoredVideo } from './videos.ts';

/** What models are asked about; each form of it is made when it is first asked for. */
export interface Subject {
  tracks(): Promise<SubjectTracks>;
  /** As VideoMAE takes it. Throws a Refusal of 422 where there are only tracks. */
  frames(config: VideomaeConfig): Promise<VideoClip>;
  readonly times: SubjectTimes;
  readonly warnings: readonly string[];
}

export interface SubjectTracks {
  readonly tracks: Tracks;
  /** Null where they were sent without one. */
  readonly picture: Picture | null;
  /** [T,N,3] x, y, occluded; where they were tracked. */
  readonly pixels?: Float32Array;
  /** What tracking computed; null where it was done elsewhere. */
  readonly work: CountedWork | null;
}

/** Milliseconds, growing as forms are made. */
export interface SubjectTimes {
  decodeMs: number;
  trackMs: number;
}

/** A clip that came as tracks. */
export function tracksSubject(tracks: Tracks, picture: Picture | null): Subject {
  return {
    tracks: async () => ({ tracks, picture, work: null }),
    frames: async () => {
      throw new Refusal(422, 'predicting: got tracks for a model that takes pictures, need a video.');
    },
    times: { decodeMs: 0, trackMs: 0 },
    warnings: [],
  };
}

export interface VideoSubjectOptions {
  readonly service: Pick<Service, 'withDevice'>;
  readonly query: TrackQuery;
  readonly tell: Tell;
  /** Tells of tracks as they come, and refuses more than an answer may show. */
  readonly showTracks: boolean;
  readonly signal?: AbortSignal;
}

/** A clip that came as a video. */
export function videoSubject(video: StoredVideo, options: VideoSubjectOptions): Subject {
  const { service, query, tell, showTracks, signal } = options;
  const times = { decodeMs: 0, trackMs: 0 };
  const warnings: string[] = [];
  const stage = stageTeller(tell);

  const open = async (frames: FrameChoice) => {
    const began = performance.now();
    const source = await video.open(choiceOf(query, frames), signal);
    times.decodeMs += performance.now() - began;
    stage('decode', 0, source.frameCount);
    return source;
  };

  const track = async (): Promise<SubjectTracks> => {
    const source = await open(parseSampling(query.frames) as FrameChoice);
    try {
      const { width, height, fps, frameCount } = source;
      const queries = queriesOf(query.points, width, height);
      checkCounts(frameCount, queries.length, showTracks);
      const { context, turn } = await takeTurns(service, signal);
      const { tracks, picture, pixels, cost } = await trackVideo(context, source, queries, {
        turn,
        onProgress: (done) => stage('track', done, frameCount),
        ...(showTracks && {
          onPoints: (points: Float32Array, first: number) => {
            const N = queries.length;
            const T = points.length / (N * 3);
            tell({ event: 'tracks', data: { first, T, N, width, height, fps, data: flatTracks(points) } });
          },
        }),
      });
      checkCounts(tracks.T, tracks.N, showTracks);
      times.decodeMs += cost.decodeMs;
      times.trackMs += cost.compileMs + cost.wallMs - cost.decodeMs;
      warnings.push(...source.warnings);
      return {
        tracks,
        picture,
        pixels,
        work: trackerWork({ frames: tracks.T, points: tracks.N, width, height }),
      };
    } finally {
      await source.close();
    }
  };

  const readFrames = async ({ frames, size, patch }: VideomaeConfig): Promise<VideoClip> => {
    const source = await open({ kind: 'uniform', frames });
    const frameBytes = size * size * 3;
    const clip = new Uint8Array(frames * frameBytes);
    try {
      const began = performance.now();
      let read = 0;
      for await (const frame of source) {
        clip.set(preprocessFrames([frame], size, patch)[0], frameBytes * read++);
        stage('decode', read, frames);
      }
      // Where a video is damaged or cut off, its last frame stands for those that are missing.
      for (let i = read; i < frames; i++) clip.copyWithin(i * frameBytes, (read - 1) * frameBytes, read * frameBytes);
      times.decodeMs += performance.now() - began;
      warnings.push(...source.warnings);
    } finally {
      await source.close();
    }
    return { T: frames, height: size, width: size, pixels: () => clip };
  };

  let tracked: Promise<SubjectTracks> | undefined;
  return {
    tracks: () => (tracked ??= track()),
    frames: readFrames,
    times,
    warnings,
  };
}

function choiceOf({ start, end }: TrackQuery, frames: FrameChoice): ClipChoice {
  return { frames, ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}

function queriesOf(points: string, width: number, height: number): Query[] {
  const spec = parsePointsSpec(points);
  if (spec.kind !== 'grid') throw new Refusal(400, `reading the query: got points=${points}, need grid:COLUMNSxROWS.`);
  return gridPoints(spec.columns, spec.rows, width, height);
}

function checkCounts(frames: number, points: number, isShown: boolean): void {
  if (frames < 2) {
    throw new Refusal(422, `tracking: got a clip of ${frames} frame, need at least 2: motion needs two.`);
  }
  if (isShown && frames * points > MAX_SHOWN) {
    const given = `${points} points in ${frames} frames`;
    throw new Refusal(422, `showing tracks: got ${given}, need at most ${MAX_SHOWN} in all. Take fewer of either.`);
  }
}

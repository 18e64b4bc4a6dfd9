import { Refusal } from '../refusal.ts';
import type { JobQuery, PredictAnswer, TrackAnswer } from '../schemas/v1.ts';
import type { Service } from '../service.ts';
import { sumOfWork } from './cost.ts';
import { toRefusal } from './failure.ts';
import { askedModels } from './models.ts';
import { type Prediction, predict } from './predict.ts';
import { stageTeller, type Tell } from './progress.ts';
import { type BodyKind, bodyKind, receiveTracks, receiveVideo } from './receive.ts';
import { type Subject, type SubjectTimes, tracksSubject, videoSubject } from './subject.ts';
import { tracksJsonOf } from './tracks-json.ts';
import type { VideoLimits, VideoPlace, Videos } from './videos.ts';

export interface TaskParts {
  readonly service: Service;
  readonly videos: Videos;
  readonly limits: VideoLimits;
  /** Milliseconds that a model may be waited for. */
  readonly timeoutMs: number;
  /** Takes down what nobody foresaw, where no response can tell of it. */
  readonly log: (line: object) => void;
}

type TrackedClip = Omit<TrackAnswer, 'timing'> & { timing: SubjectTimes };

export type TaskAnswer = PredictAnswer | TrackAnswer;

/** What a request with a clip asks for. Its steps are taken in this order, once; `release` in any case. Errors are refusals where somebody is at fault. */
export interface Task {
  readonly kind: JobQuery['task'];
  /** Streams the body into its place. Rejects with Refusals of 400, 408, 413 and 422, and the signal's reason. */
  receive(tell: Tell, signal: AbortSignal): Promise<void>;
  /** Rejects with Refusals of 404, 415, 422 and 503, and the signal's reason. */
  work(tell: Tell, signal: AbortSignal): Promise<TaskAnswer>;
  release(): Promise<void>;
}

/**
 * Looks at all that can be seen before the body is read, and takes a place for a video.
 * @throws Refusal 400, 404, 415 or 503
 */
export function openTask(parts: TaskParts, request: Request, query: JobQuery): Task {
  const { service, videos, limits, timeoutMs } = parts;
  const isPredict = query.task === 'predict';
  const kind = bodyKind(request, isPredict);
  const asked = isPredict ? askedModels(service, query, kind === 'tracks') : null;
  checkPoints(query, limits);
  const place = kind === 'tracks' ? null : videos.admit();
  const started = performance.now();
  let receiveMs = 0;
  let subjectOf: (tell: Tell, signal: AbortSignal) => Subject;

  return {
    kind: query.task,
    async receive(tell, signal) {
      subjectOf = await withRefusals(receive(parts, request, query, { kind, place }, tell, signal));
      receiveMs = performance.now() - started;
    },
    async work(tell, signal) {
      const subject = subjectOf(tell, signal);
      const making: Promise<Prediction | TrackedClip> = asked
        ? predict(subject, { service, timeoutMs, query, asked, tell, signal })
        : trackAnswer(subject);
      const { timing, ...answer } = await withRefusals(making);
      const times = { receiveMs, ...timing, totalMs: performance.now() - started };
      return { ...answer, timing: rounded(times) } as TaskAnswer;
    },
    release: async () => place?.release(),
  };
}

/** Both steps, and the release. */
export async function runTask(task: Task, tell: Tell, signal: AbortSignal): Promise<TaskAnswer> {
  try {
    await task.receive(tell, signal);
    return await task.work(tell, signal);
  } finally {
    await task.release();
  }
}

async function receive(
  { service, limits }: TaskParts,
  request: Request,
  query: JobQuery,
  { kind, place }: { kind: BodyKind; place: VideoPlace | null },
  tell: Tell,
  signal: AbortSignal,
): Promise<(tell: Tell, signal: AbortSignal) => Subject> {
  if (kind === 'tracks' || place === null) {
    const { tracks, picture } = await receiveTracks(request, limits);
    return () => tracksSubject(tracks, picture);
  }
  const stage = stageTeller(tell);
  const onBytes = (done: number, total: number) => stage('receive', done, total);
  const video = await receiveVideo(request, kind, place, { limits, signal, onBytes });
  const showTracks = query.task === 'track' || query.tracks;
  return (tell, signal) => videoSubject(video, { service, query, tell, showTracks, signal });
}

async function trackAnswer(subject: Subject): Promise<TrackedClip> {
  const { tracks, picture, pixels, work } = await subject.tracks();
  return {
    tracks: tracksJsonOf(tracks, picture, pixels) as TrackAnswer['tracks'],
    timing: subject.times,
    cost: { tracker: sumOfWork([work]) },
    warnings: [...subject.warnings],
  };
}

/** Whatever the picture's size: refused before a video is received. */
function checkPoints({ points, frames }: JobQuery, limits: VideoLimits): void {
  const [columns, rows] = points.slice('grid:'.length).split('x').map(Number);
  const refuse = (given: string, needed: string) =>
    new Refusal(400, `reading the query: got ${given}, need ${needed}.`);
  if (columns * rows > limits.points) throw refuse(`points=${points}`, `at most ${limits.points} points`);
  const count = Number(frames);
  if (count === 1 || count > limits.frames) throw refuse(`frames=${frames}`, `2 to ${limits.frames} frames`);
}

async function withRefusals<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error) => {
    throw toRefusal(error);
  });
}

/** To microseconds. */
function rounded<Times extends Record<string, number | undefined>>(times: Times): Times {
  const round = ([name, ms]: [string, number | undefined]) => [name, Math.round(ms! * 1000) / 1000];
  return Object.fromEntries(Object.entries(times).map(round)) as Times;
}

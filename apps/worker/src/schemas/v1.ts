import { record } from 'movt/validate';
import * as v from 'valibot';

// The wire forms of /v1, which validate requests and from which the OpenAPI document is made.

const text = (needed: string, fits: RegExp) => v.pipe(v.string(needed), v.regex(fits, needed));
const wholeText = (lowest: number, highest: number) => {
  const needed = `a whole number of ${lowest} to ${highest}`;
  return v.pipe(
    text(needed, /^\d{1,9}$/),
    v.transform(Number),
    v.minValue(lowest, needed),
    v.maxValue(highest, needed),
  );
};
const secondsText = v.pipe(text('seconds, such as 1.5', /^\d{1,7}(\.\d{1,6})?$/), v.transform(Number));
const flag = v.pipe(
  v.picklist(['0', '1'], '1 or 0'),
  v.transform((value) => value === '1'),
);
const name = text('the name of a model: letters, digits, . _ -', /^[\w.-]{1,128}$/);
const version = text('a version, such as 1', /^\d{1,9}$/);

/** What both routes that take a video understand. */
const clipQuery = {
  points: v.optional(text('grid:COLUMNSxROWS, such as grid:8x8', /^grid:[1-9]\d{0,3}x[1-9]\d{0,3}$/), 'grid:8x8'),
  frames: v.optional(text('all, every:K or a number of frames', /^(all|every:[1-9]\d{0,8}|[1-9]\d{0,8})$/), '32'),
  start: v.optional(secondsText),
  end: v.optional(secondsText),
};

/** The query of POST /v1/track. */
export const trackQuery = record(clipQuery);

/** The query of POST /v1/predict. */
export const predictQuery = record({
  model: v.optional(name),
  version: v.optional(version),
  top: v.optional(wholeText(1, 1000), '5'),
  ...clipQuery,
  tracks: v.optional(flag, '0'),
  importance: v.optional(flag, '0'),
  cascade: v.optional(
    text(
      'MODEL:THRESHOLD, such as videomae:0.8, with a threshold of 0 to 1',
      /^[\w.-]{1,128}:(0(\.\d{1,9})?|1(\.0{1,9})?|\.\d{1,9})$/,
    ),
  ),
});

/** The query of POST /v1/jobs. */
export const jobQuery = record({
  task: v.optional(v.picklist(['predict', 'track'], 'predict or track'), 'predict'),
  ...predictQuery.entries,
});

/** Numbers in a flat list. Checked at one go: a list of a million is a second's work to a schema of each. */
export const numbers = v.custom<number[]>(
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'number'),
  'a flat list of numbers',
);

const count = v.pipe(v.number('a whole number'), v.integer('a whole number'), v.minValue(0, 'a number of at least 0'));
const real = v.number('a number');

/** Tracks, flat [T,N,3]: x, y, visible (1 or 0) of each point in each frame. In pixels where width and height are given, else normalised. */
export const tracksJson = record({
  T: count,
  N: count,
  width: v.optional(real),
  height: v.optional(real),
  fps: v.optional(real),
  data: numbers,
});

/** The JSON body of POST /v1/predict. */
export const predictBody = record({ tracks: tracksJson });

const milliseconds = real;
const work = v.object({ gmac: real, gflop: real });

const times = v.object({
  receiveMs: milliseconds,
  /** Waiting for frames. */
  decodeMs: milliseconds,
  /** Following points, waiting for the device among it. */
  trackMs: milliseconds,
  totalMs: milliseconds,
});

const predictTimes = v.object({
  ...times.entries,
  queueMs: milliseconds,
  computeMs: milliseconds,
  importanceMs: v.optional(milliseconds),
});

const shownTracks = v.object({ ...tracksJson.entries, width: real, height: real, fps: real });

/** The answer of POST /v1/track. */
export const trackAnswer = v.object({
  tracks: shownTracks,
  timing: times,
  cost: v.object({ tracker: work }),
  warnings: v.array(v.string()),
});

/** The answer of POST /v1/predict. */
export const predictAnswer = v.object({
  /** That answered. */
  model: v.string(),
  version: v.string(),
  /** Of a classifier, the likeliest first. */
  top: v.optional(v.array(v.object({ index: count, label: v.string(), probability: real }))),
  /** Of a model that regresses. */
  values: v.optional(numbers),
  cascade: v.optional(
    v.object({
      threshold: real,
      /** Of the first model: the largest of its probabilities. */
      confidence: real,
      /** Whether it was sure enough to answer. */
      sure: v.boolean(),
      models: v.array(v.object({ model: v.string(), version: v.string(), asked: v.boolean() })),
    }),
  ),
  timing: predictTimes,
  /** Counted, by 1 a multiply-accumulate and by 2; `second` where the cascade asked that model. */
  cost: v.object({ model: work, tracker: v.nullable(work), second: v.optional(work), total: work }),
  tracks: v.optional(tracksJson),
  /** Of each track for the likeliest class, the largest 1. */
  importance: v.optional(numbers),
  warnings: v.array(v.string()),
});

/** Events of a stream: what is being done and how much of it. Bytes while receiving, frames while tracking. */
export const stageEvent = v.object({
  stage: v.picklist(['receive', 'decode', 'track', 'predict', 'importance']),
  done: count,
  /** 0 where it is not known. */
  total: count,
});

/** Events of a stream: tracks of some frames, as they come. */
export const tracksEvent = v.object({ first: count, ...shownTracks.entries });

/** Events of a stream: its end, where it is no answer. */
export const failureEvent = v.object({ error: v.string(), status: count, retryAfter: v.optional(count) });

/** The answer of GET /v1/jobs/{id}, and of POST /v1/jobs. */
export const jobAnswer = v.object({
  id: v.string(),
  task: v.picklist(['predict', 'track']),
  state: v.picklist(['queued', 'running', 'succeeded', 'failed']),
  /** Milliseconds since 1970. */
  created: count,
  stage: v.optional(stageEvent),
  answer: v.optional(v.union([predictAnswer, trackAnswer])),
  failure: v.optional(failureEvent),
});

/** What the OpenAPI document names. */
export const v1Schemas = {
  Tracks: tracksJson,
  PredictRequest: predictBody,
  PredictAnswer: predictAnswer,
  TrackAnswer: trackAnswer,
  Job: jobAnswer,
  StageEvent: stageEvent,
  TracksEvent: tracksEvent,
  FailureEvent: failureEvent,
};

export type TrackQuery = v.InferOutput<typeof trackQuery>;
export type PredictQuery = v.InferOutput<typeof predictQuery>;
export type JobQuery = v.InferOutput<typeof jobQuery>;
export type TracksJson = v.InferOutput<typeof tracksJson>;
export type TrackAnswer = v.InferOutput<typeof trackAnswer>;
export type PredictAnswer = v.InferOutput<typeof predictAnswer>;
export type JobAnswer = v.InferOutput<typeof jobAnswer>;
export type StageEvent = v.InferOutput<typeof stageEvent>;
export type TracksEvent = v.InferOutput<typeof tracksEvent>;
export type FailureEvent = v.InferOutput<typeof failureEvent>;

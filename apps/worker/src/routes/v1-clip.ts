import type { Context } from 'hono';
import type * as v from 'valibot';
import { checked } from '../schemas/check.ts';
import { type JobQuery, predictBody } from '../schemas/v1.ts';
import { createEventLog } from '../video/event-log.ts';
import { failureOf } from '../video/failure.ts';
import { openTask, runTask, type Task, type TaskAnswer, type TaskParts } from '../video/task.ts';
import type { Content, Parameter } from './endpoint.ts';
import { streamEvents, wantsEvents } from './event-stream.ts';

/** Reads the query, each key once at most. Throws a Refusal of 400. */
export function readQuery<Schema extends v.GenericSchema>(c: Context, schema: Schema): v.InferOutput<Schema> {
  return checked(schema, c.req.query(), 'reading the query');
}

/** Answers for a task, at once or, to those who ask for them, as events. Throws Refusals. */
export async function answerTask(c: Context, parts: TaskParts, query: JobQuery): Promise<Response> {
  const { raw } = c.req;
  const task = openTask(parts, raw, query);
  if (wantsEvents(c)) return answerEvents(c, parts, task);
  return c.json(await runTask(task, () => {}, raw.signal));
}

function answerEvents(c: Context, { log }: TaskParts, task: Task): Response {
  const left = new AbortController();
  const signal = AbortSignal.any([c.req.raw.signal, left.signal]);
  const events = createEventLog();
  const work = async () => {
    try {
      const answer: TaskAnswer = await runTask(task, events.add, signal);
      events.add({ event: 'answer', data: answer });
    } catch (error) {
      const failure = failureOf(error, signal);
      if (failure.status === 500) log({ level: 'error', event: 'work', error: `${(error as Error)?.stack ?? error}` });
      events.add({ event: 'error', data: failure });
    } finally {
      events.end();
    }
  };
  void work();
  return streamEvents(c, events, 0, () => left.abort(new DOMException('the client left', 'AbortError')));
}

const parameter = (name: string, description: string): Parameter => ({ name, in: 'query', description });

export const CLIP_PARAMETERS: readonly Parameter[] = [
  parameter('points', 'grid:COLUMNSxROWS, the points that are followed; grid:8x8 where left out.'),
  parameter('frames', 'A number of frames, taken evenly; all; or every:K. 32 where left out.'),
  parameter('start', 'Seconds: frames from here on.'),
  parameter('end', 'Seconds: frames before.'),
];

export const PREDICT_PARAMETERS: readonly Parameter[] = [
  parameter('model', 'May be left out where there is one.'),
  parameter('version', 'The latest that is ready where left out.'),
  parameter('top', 'Classes of the answer; 5 where left out.'),
  ...CLIP_PARAMETERS,
  parameter('tracks', '1: the tracks too.'),
  parameter('importance', '1: how much each track matters for the likeliest class.'),
  parameter('cascade', 'MODEL:THRESHOLD: that model answers where the first is less sure than this.'),
];

/** A video, as a form with one file or by itself. */
export const VIDEO_BODY: Content = { 'multipart/form-data': null, 'video/*': null, 'application/octet-stream': null };
export const CLIP_BODY: Content = { ...VIDEO_BODY, 'application/json': predictBody };

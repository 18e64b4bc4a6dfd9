import type { Context } from 'hono';
import { Refusal } from '../refusal.ts';
import { jobAnswer, jobQuery } from '../schemas/v1.ts';
import type { Jobs } from '../video/jobs.ts';
import { openTask, type TaskParts } from '../video/task.ts';
import { type Endpoint, json, refusals } from './endpoint.ts';
import { streamEvents } from './event-stream.ts';
import { CLIP_BODY, PREDICT_PARAMETERS, readQuery } from './v1-clip.ts';

/** POST /v1/jobs, and what becomes of them. */
export function jobEndpoints(parts: TaskParts, jobs: Jobs): Endpoint[] {
  const tag = 'Jobs';
  const find = (c: Context) => jobs.find(c.req.param('id')!);
  return [
    {
      method: 'POST',
      path: '/v1/jobs',
      tag,
      summary: 'Begins what /v1/predict or /v1/track does',
      description: 'Answers once the video has been received; `Location` is where the rest can be asked for.',
      parameters: [{ name: 'task', in: 'query', description: 'predict, or track.' }, ...PREDICT_PARAMETERS],
      body: { content: CLIP_BODY, required: true },
      answers: {
        202: { ...json('It has begun.', jobAnswer), headers: { Location: 'Its address.' } },
        ...refusals(400, 404, 413, 415, 422, 503),
      },
      async handle(c) {
        const query = readQuery(c, jobQuery);
        jobs.checkRoom();
        const task = openTask(parts, c.req.raw, query);
        try {
          await task.receive(() => {}, c.req.raw.signal);
        } catch (error) {
          await task.release();
          throw error;
        }
        const job = jobs.start(task);
        return c.json(job.describe(), 202, { Location: `/v1/jobs/${job.id}` });
      },
    },
    {
      method: 'GET',
      path: '/v1/jobs/{id}',
      tag,
      summary: 'What has become of a job',
      description: 'For ten minutes after its end.',
      answers: { 200: json('Its state, and its answer once it has one.', jobAnswer), ...refusals(404) },
      handle: (c) => c.json(find(c).describe()),
    },
    {
      method: 'GET',
      path: '/v1/jobs/{id}/events',
      tag,
      summary: "A job's events",
      description:
        'From the beginning, or behind `Last-Event-ID`: `stage`, `tracks` where they are asked for, and at the end `answer` or `error`.',
      parameters: [{ name: 'Last-Event-ID', in: 'header', description: 'The id of the last event that came.' }],
      answers: {
        200: { description: 'Events.', content: { 'text/event-stream': null } },
        ...refusals(400, 404),
      },
      handle: (c) => streamEvents(c, find(c).events, firstEvent(c)),
    },
    {
      method: 'DELETE',
      path: '/v1/jobs/{id}',
      tag,
      summary: 'Cancels a job, and forgets it',
      answers: { 204: { description: 'It is gone.' }, ...refusals(404) },
      handle(c) {
        jobs.cancel(c.req.param('id')!);
        return c.body(null, 204);
      },
    },
  ];
}

function firstEvent(c: Context): number {
  const last = c.req.header('last-event-id') ?? '';
  if (last === '') return 0;
  if (/^\d{1,9}$/.test(last)) return Number(last) + 1;
  throw new Refusal(400, `following a job: got Last-Event-ID ${last.slice(0, 20)}, need the id of an event.`);
}

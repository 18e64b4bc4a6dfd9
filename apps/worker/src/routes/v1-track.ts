import * as v from 'valibot';
import { predictQuery, trackAnswer, trackQuery } from '../schemas/v1.ts';
import type { TaskParts } from '../video/task.ts';
import { type Endpoint, json, refusals } from './endpoint.ts';
import { answerTask, CLIP_PARAMETERS, readQuery, VIDEO_BODY } from './v1-clip.ts';

/** What a task of tracking does not ask. */
const NO_MODEL = v.parse(predictQuery, {});

/** POST /v1/track */
export function trackEndpoints(parts: TaskParts): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/v1/track',
      tag: 'Videos',
      summary: 'Follows points through a video',
      description:
        'As /v1/predict, without a model; with `Accept: text/event-stream` tracks come as `tracks` events, some frames at a time.',
      parameters: CLIP_PARAMETERS,
      body: { content: VIDEO_BODY, required: true },
      answers: {
        200: json('Tracks in pixels; times and counted work.', trackAnswer),
        ...refusals(400, 413, 415, 422, 503),
      },
      handle: (c) => answerTask(c, parts, { ...NO_MODEL, ...readQuery(c, trackQuery), task: 'track' }),
    },
  ];
}

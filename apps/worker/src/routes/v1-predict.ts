import { predictAnswer, predictQuery } from '../schemas/v1.ts';
import type { TaskParts } from '../video/task.ts';
import { type Endpoint, json, refusals } from './endpoint.ts';
import { answerTask, CLIP_BODY, PREDICT_PARAMETERS, readQuery } from './v1-clip.ts';

/** POST /v1/predict */
export function predictEndpoints(parts: TaskParts): Endpoint[] {
  return [
    {
      method: 'POST',
      path: '/v1/predict',
      tag: 'Videos',
      summary: "A model's answer for a video, or for tracks",
      description:
        'The video is the file of a form, or the body itself. With `Accept: text/event-stream` the answer comes as events: `stage`, `tracks` where they are asked for, and at the end `answer` or `error`.',
      parameters: PREDICT_PARAMETERS,
      body: { content: CLIP_BODY, required: true },
      answers: {
        200: json('The likeliest classes, or values; times and counted work.', predictAnswer),
        ...refusals(400, 404, 413, 415, 422, 503),
      },
      handle: (c) => answerTask(c, parts, { task: 'predict', ...readQuery(c, predictQuery) }),
    },
  ];
}

import { statisticsJson } from '../protocol/statistics.ts';
import { statisticsSchema } from '../schemas/models.ts';
import type { Service } from '../service.ts';
import { type Endpoint, json, refusals, withVersion } from './endpoint.ts';
import { isNamed, namedModel } from './v2-models.ts';

/** Triton's statistics. */
export function statisticsEndpoints(service: Service): Endpoint[] {
  const tag = 'Statistics';
  return [
    {
      method: 'GET',
      path: '/v2/models/stats',
      tag,
      summary: 'Statistics of all models',
      answers: { 200: json('Counts and nanoseconds since the server began.', statisticsSchema), ...refusals() },
      handle: (c) => c.json(statisticsJson(service.statistics())),
    },
    ...withVersion({
      method: 'GET',
      path: '/v2/models/{model}/stats',
      tag,
      summary: 'Statistics of a model',
      answers: { 200: json('Counts and nanoseconds since the server began.', statisticsSchema), ...refusals(404, 503) },
      handle(c) {
        const [model, version] = namedModel(c);
        service.model(model, version);
        return c.json(statisticsJson(service.statistics().filter(isNamed(model, version))));
      },
    }),
  ];
}

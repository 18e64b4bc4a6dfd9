import type { Context } from 'hono';
import type * as v from 'valibot';
import { parseJson } from '../protocol/json-body.ts';
import { readBody } from '../protocol/read-body.ts';
import { checked } from '../schemas/check.ts';
import { indexRequestSchema, indexSchema, loadRequestSchema, loadSchema, unloadSchema } from '../schemas/server.ts';
import type { Service } from '../service.ts';
import { type Endpoint, json, refusals } from './endpoint.ts';

/** These bodies are a few keys at the most. */
const MOST_BYTES = 2 ** 16;

/** A body of JSON that may be left out. */
async function readOptional<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const bytes = await readBody(c.req.raw, MOST_BYTES, await c.req.bodyCache.arrayBuffer);
  const action = 'reading the request';
  return checked(schema, bytes.length === 0 ? {} : parseJson(bytes, action), action);
}

const optional = (schema: v.GenericSchema) => ({ content: { 'application/json': schema }, required: false });

/** The repository of models: what it holds, and loading and unloading. */
export function repositoryEndpoints(service: Service): Endpoint[] {
  const tag = 'Repository';
  return [
    {
      method: 'POST',
      path: '/v2/repository/index',
      tag,
      summary: 'Every version of every model, and its state',
      body: optional(indexRequestSchema),
      answers: {
        200: json('READY, LOADING, UNLOADING or UNAVAILABLE, and why.', indexSchema),
        ...refusals(400, 413, 415),
      },
      async handle(c) {
        const { ready = false } = await readOptional(c, indexRequestSchema);
        const models = service.models().filter(({ state }) => !ready || state === 'READY');
        return c.json(models.map(({ name, version, state, reason }) => ({ name, version, state, reason })));
      },
    },
    {
      method: 'POST',
      path: '/v2/repository/models/{model}/load',
      tag,
      summary: 'Load a model, or load it anew',
      description:
        'Answers once it is ready. Requests that were accepted before are answered by what they were accepted for.',
      body: optional(loadRequestSchema),
      answers: { 200: json('It is ready.', loadSchema), ...refusals(400, 404, 413, 415, 503) },
      async handle(c) {
        await readOptional(c, loadRequestSchema);
        const name = c.req.param('model')!;
        await service.load(name);
        return c.json({ name, load: true });
      },
    },
    {
      method: 'POST',
      path: '/v2/repository/models/{model}/unload',
      tag,
      summary: 'Take a model off the device',
      description: 'Answers once its accepted requests are answered.',
      body: optional(loadRequestSchema),
      answers: { 200: json('It is gone.', unloadSchema), ...refusals(400, 404, 413, 415, 503) },
      async handle(c) {
        await readOptional(c, loadRequestSchema);
        const name = c.req.param('model')!;
        await service.unload(name);
        return c.json({ name, unload: true });
      },
    },
  ];
}

import type { Context } from 'hono';
import { modelConfig } from '../protocol/model-config.ts';
import { Refusal } from '../refusal.ts';
import { modelConfigSchema, modelListSchema, modelMetadataSchema, modelReadySchema } from '../schemas/models.ts';
import type { ModelStatus, Service } from '../service.ts';
import { type Endpoint, json, refusals, withVersion } from './endpoint.ts';

/** How requests become batches, as the configuration tells it to clients. */
export interface Batching {
  readonly maxDelayMs: number;
  /** Clips of a model that may wait. */
  readonly maxQueue: number;
  /** For requests that do not say how long they may wait; none may wait longer. */
  readonly timeoutMs: number;
}

/** The model that a path names. */
export function namedModel(c: Context): [model: string, version: string | undefined] {
  return [c.req.param('model')!, c.req.param('version')];
}

/** Whether it is a model's that was named, of any version where none was. */
export function isNamed(name: string, version: string | undefined) {
  return (one: Pick<ModelStatus, 'name' | 'version'>) =>
    one.name === name && (version === undefined || one.version === version);
}

/** What there is to know of models before using them. */
export function modelEndpoints(service: Service, batching: Batching): Endpoint[] {
  const tag = 'Models';
  const readyVersions = (name: string) =>
    service
      .models()
      .filter((model) => model.name === name && model.state === 'READY')
      .map(({ version }) => version);

  return [
    {
      method: 'GET',
      path: '/v2/models',
      tag,
      summary: 'Names of the models',
      answers: { 200: json('All that the repository holds, ready or not.', modelListSchema), ...refusals() },
      handle: (c) => c.json({ models: [...new Set(service.models().map(({ name }) => name))] }),
    },
    ...withVersion({
      method: 'GET',
      path: '/v2/models/{model}',
      tag,
      summary: 'Inputs and outputs of a model',
      answers: { 200: json('Its tensors; -1 is a size that may vary.', modelMetadataSchema), ...refusals(404, 503) },
      handle(c) {
        const { name, description } = service.model(...namedModel(c));
        const { inputs, outputs } = description;
        return c.json({ name, versions: readyVersions(name), platform: 'webgpu_wgsl', inputs, outputs });
      },
    }),
    ...withVersion({
      method: 'GET',
      path: '/v2/models/{model}/ready',
      tag,
      summary: 'Whether a model takes inferences',
      answers: {
        200: json('It does.', modelReadySchema),
        503: json('Not now, and why; with Retry-After where that will change by itself.', modelReadySchema),
        ...refusals(404),
      },
      handle(c) {
        const [model, version] = namedModel(c);
        try {
          return c.json({ name: service.model(model, version).name, ready: true });
        } catch (error) {
          if (!(error instanceof Refusal) || !service.models().some(isNamed(model, version))) throw error;
          const headers = error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) };
          return c.json({ name: model, ready: false, error: error.message }, 503, headers);
        }
      },
    }),
    ...withVersion({
      method: 'GET',
      path: '/v2/models/{model}/config',
      tag,
      summary: "A model's configuration, as Triton writes it",
      answers: { 200: json('Names of the classes are in its parameters.', modelConfigSchema), ...refusals(404, 503) },
      handle: (c) => c.json(modelConfig(service.model(...namedModel(c)), batching)),
    }),
  ];
}

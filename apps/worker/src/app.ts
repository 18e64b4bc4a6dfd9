import { type ErrorHandler, Hono, type MiddlewareHandler, type NotFoundHandler } from 'hono';
import { documentEndpoints } from './routes/documents.ts';
import { type Endpoint, mount } from './routes/endpoint.ts';
import type { NamedSchemas } from './routes/openapi.ts';
import { type InferLimits, inferEndpoints } from './routes/v2-infer.ts';
import { type Batching, modelEndpoints } from './routes/v2-models.ts';
import { repositoryEndpoints } from './routes/v2-repository.ts';
import { serverEndpoints } from './routes/v2-server.ts';
import { statisticsEndpoints } from './routes/v2-statistics.ts';
import { v2Schemas } from './schemas/v2.ts';
import type { Service } from './service.ts';

export interface AppOptions {
  readonly service: Service;
  readonly config: { readonly limits: InferLimits; readonly batching: Batching };
  /** Before every route, in this order. */
  readonly middleware: readonly MiddlewareHandler[];
  /** Makes answers of what is thrown, Refusals and all else. */
  readonly onError: ErrorHandler;
  /** Answers what no route takes. */
  readonly notFound: (app: Hono) => NotFoundHandler;
  /** Routes beside those of the protocol, and the schemas that they name. */
  readonly endpoints?: readonly Endpoint[];
  readonly schemas?: NamedSchemas;
  /** Routes that the OpenAPI document does not list, such as a page and its assets. They come first: one that calls `next()` leaves the request to the others. */
  readonly pages?: Hono;
}

/** The worker, a function from requests to answers: it knows neither Node nor Deno. */
export function createApp(options: AppOptions): Hono {
  const { service, config, middleware, onError, notFound, endpoints = [], schemas = {}, pages } = options;
  const app = new Hono({ strict: false }); // clients differ in trailing slashes
  const { limits, batching } = config;
  const listed = [
    ...serverEndpoints(service),
    ...statisticsEndpoints(service),
    ...modelEndpoints(service, batching),
    ...inferEndpoints(service, limits, batching.timeoutMs),
    ...repositoryEndpoints(service),
    ...endpoints,
  ];

  app.onError(onError);
  app.notFound(notFound(app));
  for (const handler of middleware) app.use(handler);
  if (pages) app.route('/', pages);
  mount(app, [...listed, ...documentEndpoints(listed, { ...v2Schemas, ...schemas })]);
  return app;
}

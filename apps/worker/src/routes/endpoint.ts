import type { Context, Hono } from 'hono';
import type * as v from 'valibot';
import { errorSchema } from '../schemas/server.ts';

/** What a body may be: schemas by media type, null where it is bytes. */
export type Content = Readonly<Record<string, v.GenericSchema | null>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly description: string;
}

export interface Answer {
  readonly description: string;
  readonly content?: Content;
  /** Descriptions by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route and what the OpenAPI document says of it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As OpenAPI writes it: `/v2/models/{model}/infer`. */
  readonly path: string;
  /** What the document lists it under. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Those of the path are found in it. */
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly content: Content; readonly required: boolean };
  readonly answers: Readonly<Record<number, Answer>>;
  readonly handle: (c: Context) => Response | Promise<Response>;
}

/** Adds endpoints to an application. */
export function mount(app: Hono, endpoints: readonly Endpoint[]): void {
  for (const { method, path, handle } of endpoints) app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), handle);
}

/** The same for a version that the path names: `/v2/models/{model}/versions/{version}/…`. */
export function withVersion(endpoint: Endpoint): Endpoint[] {
  const path = endpoint.path.replace('{model}', '{model}/versions/{version}');
  return [endpoint, { ...endpoint, path, summary: `${endpoint.summary} (a version)` }];
}

export const json = (description: string, schema: v.GenericSchema): Answer => ({
  description,
  content: { 'application/json': schema },
});

const REFUSALS = {
  401: 'No key, or one that is not known.',
  400: 'Not what the protocol or the model asks for.',
  404: 'No such model or version.',
  413: 'More than a limit allows.',
  415: 'A Content-Encoding other than gzip and deflate.',
  422: 'Values that the model cannot take.',
  429: 'More requests a minute than a key may send.',
  503: 'Not ready, the queue is full, or the deadline cannot be kept: try again.',
} as const;

/** Answers for refusals of these statuses, and of those that any request may get where keys are needed. */
export function refusals(...statuses: (keyof typeof REFUSALS)[]): Record<number, Answer> {
  const retry = { headers: { 'Retry-After': 'Seconds until it is worth trying again.' } };
  return Object.fromEntries(
    ([401, 429, ...statuses] as const).map((status) => [
      status,
      { ...json(REFUSALS[status], errorSchema), ...((status === 429 || status === 503) && retry) },
    ]),
  );
}

import manifest from '../../package.json' with { type: 'json' };
import { aliveSchema, liveSchema, readySchema, serverSchema } from '../schemas/server.ts';
import type { Service, ServiceState } from '../service.ts';
import { type Endpoint, json } from './endpoint.ts';

const EXTENSIONS = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'parameters',
  'schedule_policy',
  'statistics',
];

/** Why the server is not ready, and after how many seconds it is worth asking again. */
const NOT_READY: Readonly<Record<Exclude<ServiceState, 'ready'>, readonly [string, number]>> = {
  starting: ['the server is warming up', 2],
  recovering: ['the GPU device was lost and is being made anew', 2],
  draining: ['the server is draining and takes no more requests', 10],
  stopped: ['the server has stopped', 10],
};

/** The server itself: alive, ready, what it is. */
export function serverEndpoints(service: Service): Endpoint[] {
  const tag = 'Server';
  return [
    {
      method: 'GET',
      path: '/',
      tag,
      summary: 'Whether the process answers; the page for browsers',
      answers: { 200: json('It does.', aliveSchema) },
      handle: (c) => c.json({ status: 'alive' }),
    },
    {
      method: 'GET',
      path: '/v2/health/live',
      tag,
      summary: 'Whether the process answers',
      answers: { 200: json('It does.', liveSchema) },
      handle: (c) => c.json({ live: true }),
    },
    {
      method: 'GET',
      path: '/v2/health/ready',
      tag,
      summary: 'Whether the server takes inferences',
      description: 'Not while it warms up, makes a lost device anew, or drains.',
      answers: {
        200: json('It does.', readySchema),
        503: { ...json('Not now.', readySchema), headers: { 'Retry-After': 'Seconds.' } },
      },
      handle(c) {
        const { state } = service;
        if (state === 'ready') return c.json({ ready: true });
        const [error, seconds] = NOT_READY[state];
        return c.json({ ready: false, error }, 503, { 'Retry-After': String(seconds) });
      },
    },
    {
      method: 'GET',
      path: '/v2',
      tag,
      summary: 'Name, version, and extensions of the protocol',
      answers: { 200: json('What this is.', serverSchema) },
      handle: (c) => c.json({ name: 'movt', version: manifest.version, extensions: EXTENSIONS }),
    },
  ];
}

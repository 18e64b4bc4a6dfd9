import * as v from 'valibot';
import { withKeys } from './check.ts';

export const errorSchema = v.object({ error: v.string() });

export const aliveSchema = v.object({ status: v.literal('alive') });
export const liveSchema = v.object({ live: v.boolean() });
export const readySchema = v.object({ ready: v.boolean(), error: v.optional(v.string()) });

export const serverSchema = v.object({
  name: v.string(),
  version: v.string(),
  extensions: v.array(v.string()),
});

export const indexRequestSchema = withKeys({
  ready: v.optional(v.pipe(v.boolean('true or false'), v.description('Only versions that are ready.'))),
});

export const indexSchema = v.array(
  v.object({ name: v.string(), version: v.string(), state: v.string(), reason: v.string() }),
);

export const loadRequestSchema = withKeys({
  parameters: v.nullish(
    withKeys({
      config: v.optional(v.never('no such key: models are loaded as the repository holds them')),
      unload_dependents: v.optional(v.boolean('true or false')),
    }),
  ),
});

export const loadSchema = v.object({ name: v.string(), load: v.literal(true) });
export const unloadSchema = v.object({ name: v.string(), unload: v.literal(true) });

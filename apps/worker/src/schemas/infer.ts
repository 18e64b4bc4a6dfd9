import { whole } from 'movt/validate';
import * as v from 'valibot';
import { DATATYPES } from '../protocol/datatypes.ts';
import { withKeys } from './check.ts';

// What /infer takes and answers. Keys that are not listed are let through: the protocol's extensions add parameters as they please.

const text = (longest: number) => {
  const allowed = `a text of at most ${longest} characters`;
  return v.pipe(v.string(allowed), v.maxLength(longest, allowed));
};

const name = text(256);
const datatype = v.picklist(DATATYPES, `one of ${DATATYPES.join(', ')}`);
const shape = v.pipe(
  v.array(whole(0, 2 ** 31 - 1), 'a list of sizes'),
  v.maxLength(8, 'at most 8 sizes'),
  v.description('Sizes, the batch first.'),
);

/** Values are checked where they are read: by then the model is known. */
const data = v.pipe(
  v.custom<unknown[]>(Array.isArray, 'a list'),
  v.description('Values, flat or nested as the shape says.'),
);

const inputSchema = withKeys({
  name,
  datatype,
  shape,
  parameters: v.nullish(
    withKeys({
      binary_data_size: v.optional(
        v.pipe(
          whole(0, Number.MAX_SAFE_INTEGER),
          v.description('Bytes of this tensor after the JSON, in the order of the inputs.'),
        ),
      ),
      shared_memory_region: v.optional(v.never('no such key: there is no shared memory here')),
    }),
  ),
  data: v.optional(data),
});

const requestedSchema = withKeys({
  name,
  parameters: v.nullish(
    withKeys({
      binary_data: v.optional(v.boolean('true or false')),
      classification: v.optional(
        v.pipe(
          whole(1, 65536),
          v.description('Answer with the k highest as texts "value:index:label" instead of numbers.'),
        ),
      ),
      shared_memory_region: v.optional(v.never('no such key: there is no shared memory here')),
    }),
  ),
});

export const inferRequestSchema = withKeys({
  id: v.nullish(v.pipe(text(256), v.description('Comes back with the answer.'))),
  parameters: v.nullish(
    withKeys({
      binary_data_output: v.optional(
        v.pipe(v.boolean('true or false'), v.description('Outputs as binary data where they do not say themselves.')),
      ),
      timeout: v.optional(
        v.pipe(
          whole(0, Number.MAX_SAFE_INTEGER),
          v.description(
            "Microseconds until the request must have begun to run; 0, or more than the server's own: the server's.",
          ),
        ),
      ),
      priority: v.optional(
        v.pipe(whole(0, 2 ** 32 - 1), v.description('Taken and not used: all requests are of one level.')),
      ),
    }),
  ),
  inputs: v.pipe(
    v.array(inputSchema, 'a list of inputs'),
    v.minLength(1, 'at least one input'),
    v.maxLength(16, 'at most 16 inputs'),
  ),
  outputs: v.nullish(
    v.pipe(
      v.array(requestedSchema, 'a list of outputs'),
      v.maxLength(16, 'at most 16 outputs'),
      v.description('All of the model where none is named.'),
    ),
  ),
});

export type InferRequestJson = v.InferOutput<typeof inferRequestSchema>;

export const inferResponseSchema = v.object({
  id: v.optional(v.string()),
  model_name: v.string(),
  model_version: v.string(),
  outputs: v.array(
    v.object({
      name: v.string(),
      datatype: v.picklist(DATATYPES),
      shape: v.array(v.number()),
      parameters: v.optional(v.object({ binary_data_size: v.number() })),
      data: v.optional(v.array(v.union([v.number(), v.string()]))),
    }),
  ),
});

export type InferResponseJson = v.InferOutput<typeof inferResponseSchema>;

import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import manifest from '../../package.json' with { type: 'json' };
import type { Answer, Content, Endpoint } from './endpoint.ts';

/** JSON Schema, as far as the document's page reads it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Media {
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  /** One of these is enough: `{}` is no key at all. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, { readonly type: string; readonly scheme: string }>>;
  };
}

/** Schemas of one name each, which the document defines once and refers to. */
export type NamedSchemas = Readonly<Record<string, v.GenericSchema>>;

/** Bytes, in OpenAPI 3.1: a schema that allows everything. */
const BYTES: JsonSchema = {};

/** The document of these endpoints, from the schemas that check their requests. */
export function createOpenApi(endpoints: readonly Endpoint[], schemas: NamedSchemas): OpenApi {
  const nameOf = new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]));
  const overrideRef = ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`;
  const options = { target: 'draft-2020-12', errorMode: 'ignore', overrideSchema: listOf } as const;

  const schemaOf = (schema: v.GenericSchema | null): JsonSchema => {
    if (schema === null) return BYTES;
    const name = nameOf.get(schema);
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
    const { $schema: _, ...inline } = toJsonSchema(schema, options);
    return inline as JsonSchema;
  };
  const mediaOf = (content: Content) =>
    Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));
  const answerOf = ({ description, content, headers }: Answer) => ({
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
      ),
    }),
    ...(content && { content: mediaOf(content) }),
  });

  const paths: Record<string, Record<string, Operation>> = {};
  for (const { method, path, tag, summary, description, parameters = [], body, answers } of endpoints) {
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      tags: [tag],
      summary,
      ...(description !== undefined && { description }),
      operationId: `${method.toLowerCase()}${path.replaceAll(/[^\w]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
      parameters: [
        ...Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({ name, in: 'path', required: true })),
        ...parameters.map((parameter) => ({ ...parameter, required: false })),
      ].map((parameter) => ({ ...parameter, schema: { type: 'string' } })),
      ...(body && { requestBody: { required: body.required, content: mediaOf(body.content) } }),
      responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'movt worker',
      version: manifest.version,
      description: 'Point tracks or frames in, what happens in the video out. /v2 is the Open Inference Protocol.',
    },
    paths,
    // A server may have been started without keys.
    security: [{ key: [] }, {}],
    components: {
      schemas: toJsonSchemaDefs(schemas, { ...options, overrideRef }) as Record<string, JsonSchema>,
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** What valibot checks by hand, told as JSON Schema: the one such schema takes any list. */
function listOf({ valibotSchema }: { valibotSchema: v.GenericSchema }) {
  return valibotSchema.type === 'custom' ? ({ type: 'array', items: {} } as const) : undefined;
}

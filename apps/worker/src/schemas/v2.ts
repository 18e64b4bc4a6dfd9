import { inferRequestSchema, inferResponseSchema } from './infer.ts';
import {
  modelConfigSchema,
  modelListSchema,
  modelMetadataSchema,
  modelReadySchema,
  statisticsSchema,
} from './models.ts';
import {
  errorSchema,
  indexRequestSchema,
  indexSchema,
  loadRequestSchema,
  readySchema,
  serverSchema,
} from './server.ts';

/** The protocol's schemas by the names that the OpenAPI document gives them. */
export const v2Schemas = {
  Error: errorSchema,
  Ready: readySchema,
  Server: serverSchema,
  ModelList: modelListSchema,
  ModelMetadata: modelMetadataSchema,
  ModelReady: modelReadySchema,
  ModelConfig: modelConfigSchema,
  Statistics: statisticsSchema,
  InferRequest: inferRequestSchema,
  InferResponse: inferResponseSchema,
  IndexRequest: indexRequestSchema,
  Index: indexSchema,
  LoadRequest: loadRequestSchema,
};

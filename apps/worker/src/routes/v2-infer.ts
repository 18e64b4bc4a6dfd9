import type { TensorLimits } from '../protocol/clips.ts';
import { answerBytes } from '../protocol/compress.ts';
import { HEADER_LENGTH, readInferRequest } from '../protocol/infer-request.ts';
import { writeInferResponse } from '../protocol/infer-response.ts';
import { readBody } from '../protocol/read-body.ts';
import { FEATURES } from '../protocol/wanted-outputs.ts';
import { Refusal } from '../refusal.ts';
import { inferRequestSchema, inferResponseSchema } from '../schemas/infer.ts';
import type { Service } from '../service.ts';
import { type Content, type Endpoint, refusals, withVersion } from './endpoint.ts';
import { namedModel } from './v2-models.ts';

/** What one inference may hold, and how long it may wait. */
export interface InferLimits extends TensorLimits {
  /** Bytes of a body, decompressed. */
  readonly bodyBytes: number;
}

const content = (schema: Content[string]): Content => ({
  'application/json': schema,
  'application/octet-stream': null,
});

/** Inference in the protocol's three forms. */
export function inferEndpoints(service: Service, limits: InferLimits, timeoutMs: number): Endpoint[] {
  return withVersion({
    method: 'POST',
    path: '/v2/models/{model}/infer',
    tag: 'Inference',
    summary: 'Answers for clips',
    description:
      'JSON; JSON followed by tensors in binary form; or, with a header length of 0, nothing but the bytes of the one input. ' +
      'gzip and deflate are taken and given.',
    parameters: [
      {
        name: 'Inference-Header-Content-Length',
        in: 'header',
        description: 'Bytes of JSON before binary data, uncompressed; 0 where all is the input’s bytes.',
      },
      {
        name: 'shape',
        in: 'query',
        description: 'Of raw binary data, where the model leaves more than one size open: 1,32,64,3.',
      },
      { name: 'datatype', in: 'query', description: "Of raw binary data: the model's own where left out." },
    ],
    body: { content: content(inferRequestSchema), required: true },
    answers: {
      200: {
        description: 'The outputs that were asked for.',
        content: content(inferResponseSchema),
        headers: {
          'Inference-Header-Content-Length': 'Bytes of JSON before the outputs in binary form, uncompressed.',
        },
      },
      ...refusals(400, 404, 413, 415, 422, 503),
    },
    async handle(c) {
      const { raw } = c.req;
      const { signal } = raw;
      const named = namedModel(c);
      // A model that there is not is told before its request is read …
      service.model(...named);
      const body = await readBody(raw, limits.bodyBytes, await c.req.bodyCache.arrayBuffer);
      // … and one that was loaded anew meanwhile is asked as it is now.
      const { name, version, description } = service.model(...named);
      const headerLength = raw.headers.get(HEADER_LENGTH);
      const query = new URL(raw.url).searchParams;
      const call = readInferRequest({ body, headerLength, query }, description, limits);
      const answer = await service
        .infer({
          model: name,
          version,
          clips: call.clips,
          features: call.outputs.some((output) => output.name === FEATURES),
          deadline: performance.now() + Math.min(call.timeoutMs ?? timeoutMs, timeoutMs),
          signal,
        })
        .catch((error: unknown) => {
          throw signal.aborted ? new Refusal(499, 'the client left before its request was answered') : error;
        });
      const response = writeInferResponse(call, answer, description);
      return answerBytes(raw, response.body, response.headers);
    },
  });
}

import { checked } from '../schemas/check.ts';
import { inferRequestSchema } from '../schemas/infer.ts';
import type { Clip, ModelDescription } from '../service.ts';
import { clipsOf, type TensorLimits } from './clips.ts';
import { inputsOf } from './inputs.ts';
import { parseJson } from './json-body.ts';
import { rawTensor } from './raw-request.ts';
import { quoted, refuse } from './refuse.ts';
import { type WantedOutput, wantedOutputs } from './wanted-outputs.ts';

/** How long the JSON at a body's beginning is; tensors in binary form follow it. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** An inference as it came over the wire. */
export interface WireRequest {
  readonly body: Uint8Array;
  /** The header `HEADER_LENGTH`: null for JSON alone, '0' for raw binary data. */
  readonly headerLength: string | null;
  readonly query: URLSearchParams;
}

/** An inference, understood and checked against the model's description. */
export interface InferCall {
  readonly id: string | null;
  readonly clips: readonly Clip[];
  readonly outputs: readonly WantedOutput[];
  /** Milliseconds until it must have begun to run; null where the client does not say. */
  readonly timeoutMs: number | null;
}

/**
 * Reads a request in any of the protocol's three forms: JSON, JSON with binary tensors after it, raw binary data.
 * @throws Refusal 400 for what does not follow the protocol or the model, 413 beyond a limit, 422 for values that the model's type cannot hold
 */
export function readInferRequest(wire: WireRequest, description: ModelDescription, limits: TensorLimits): InferCall {
  const length = headerLengthOf(wire);
  if (length === 0 && wire.headerLength !== null) {
    const tensor = rawTensor(wire.body, description.inputs[0], wire.query);
    const outputs = wantedOutputs(null, description.outputs, true);
    return { id: null, clips: clipsOf([tensor], description, limits), outputs, timeoutMs: null };
  }
  const action = 'reading the request';
  const request = checked(inferRequestSchema, parseJson(wire.body.subarray(0, length), action), action);
  const inputs = inputsOf(request.inputs, wire.body.subarray(length));
  const { parameters } = request;
  return {
    id: request.id ?? null,
    outputs: wantedOutputs(request.outputs, description.outputs, parameters?.binary_data_output ?? false),
    timeoutMs: parameters?.timeout ? parameters.timeout / 1000 : null,
    clips: clipsOf(inputs, description, limits),
  };
}

/** Bytes of JSON: all of them where no header says otherwise. */
function headerLengthOf({ body, headerLength }: WireRequest): number {
  if (headerLength === null) return body.length;
  const length = /^\d{1,15}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
  if (length <= body.length) return length;
  const needed = `a whole number of bytes up to the body's ${body.length}`;
  throw refuse(400, 'reading Inference-Header-Content-Length', quoted(headerLength), needed);
}

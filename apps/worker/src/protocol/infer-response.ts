import { probabilities } from 'movt';
import type { InferResponseJson } from '../schemas/infer.ts';
import type { InferAnswer, ModelDescription } from '../service.ts';
import { encodeTexts } from './byte-strings.ts';
import { classify } from './classification.ts';
import { concatenate } from './concatenate.ts';
import { HEADER_LENGTH, type InferCall } from './infer-request.ts';
import { quoted, refuse } from './refuse.ts';
import { FEATURES, PROBABILITIES, type WantedOutput } from './wanted-outputs.ts';

type OutputJson = InferResponseJson['outputs'][number];
/** An output without its values. */
type Described = Pick<OutputJson, 'name' | 'datatype' | 'shape'>;

/** An answer as it goes over the wire. */
export interface WireResponse {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Writes an answer as the request wants it: JSON, followed by those outputs that are wanted in binary form.
 * @throws Refusal 422 for an output of JSON that is no finite number: JSON has no such, binary data has
 */
export function writeInferResponse(call: InferCall, answer: InferAnswer, { classes }: ModelDescription): WireResponse {
  const parts: Uint8Array[] = [];
  const outputs = call.outputs.map((wanted): OutputJson => {
    const rows = rowsOf(wanted, answer);
    const { name, binary, classification } = wanted;
    if (classification !== null) {
      const texts = rows.flatMap((row) => classify(row, classification, classes));
      const described: Described = { name, datatype: 'BYTES', shape: [rows.length, texts.length / rows.length] };
      return binary ? inBinary(described, encodeTexts(texts)) : { ...described, data: texts };
    }
    const described: Described = { name, datatype: 'FP32', shape: [rows.length, rows[0].length] };
    if (binary) return inBinary(described, bytesOfRows(rows));
    return { ...described, data: rows.flatMap((row) => finite(row, name)) };
  });
  const { id } = call;
  const json: InferResponseJson = {
    ...(id !== null && { id }),
    model_name: answer.model,
    model_version: answer.version,
    outputs,
  };
  const head = new TextEncoder().encode(JSON.stringify(json));
  if (parts.length === 0) return { body: head, headers: { 'content-type': 'application/json' } };
  return {
    body: concatenate([head, ...parts]),
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
  };

  function inBinary(described: Described, bytes: Uint8Array): OutputJson {
    parts.push(bytes);
    return { ...described, parameters: { binary_data_size: bytes.length } };
  }
}

/** [clips] of one output's values. */
function rowsOf({ name }: WantedOutput, { outputs, features }: InferAnswer): readonly Float32Array[] {
  if (name === FEATURES) return features!;
  return name === PROBABILITIES ? outputs.map(probabilities) : outputs;
}

function finite(row: Float32Array, name: string): number[] {
  const wrong = row.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return Array.from(row);
  const fix = 'Ask for it with "binary_data": true, or look for very large values in the input.';
  throw refuse(422, `writing output ${quoted(name)} as JSON`, `${row[wrong]} at index ${wrong}`, 'finite numbers', fix);
}

function bytesOfRows(rows: readonly Float32Array[]): Uint8Array {
  return concatenate(rows.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
}

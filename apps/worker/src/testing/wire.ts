import { toHalf } from '@movt/kernels';
import type { Datatype } from '../protocol/datatypes.ts';
import type { InferResponseJson } from '../schemas/infer.ts';

// The client's side of the binary extension, for tests.

/** Numbers as little-endian bytes of a datatype. */
export function encodeNumbers(datatype: Datatype, values: readonly number[]): Uint8Array {
  const bytes = ({ buffer }: { buffer: ArrayBufferLike }) => new Uint8Array(buffer);
  const whole = () => values.map(BigInt);
  switch (datatype) {
    case 'BOOL':
    case 'UINT8':
      return Uint8Array.from(values);
    case 'INT8':
      return bytes(Int8Array.from(values));
    case 'UINT16':
      return bytes(Uint16Array.from(values));
    case 'INT16':
      return bytes(Int16Array.from(values));
    case 'UINT32':
      return bytes(Uint32Array.from(values));
    case 'INT32':
      return bytes(Int32Array.from(values));
    case 'UINT64':
      return bytes(BigUint64Array.from(whole()));
    case 'INT64':
      return bytes(BigInt64Array.from(whole()));
    case 'FP16':
      return bytes(toHalf(values));
    case 'BF16':
      return bytes(Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >>> 16));
    case 'FP32':
      return bytes(Float32Array.from(values));
    case 'FP64':
      return bytes(Float64Array.from(values));
    case 'BYTES':
      throw new Error('BYTES are no numbers');
  }
}

/** A request with binary tensors after its JSON. */
export function binaryRequest(json: object, ...tensors: readonly Uint8Array[]): RequestInit {
  const head = new TextEncoder().encode(JSON.stringify(json));
  return {
    method: 'POST',
    headers: { 'Inference-Header-Content-Length': String(head.length), 'Content-Type': 'application/octet-stream' },
    body: new Blob([head, ...tensors.map((bytes) => new Uint8Array(bytes))]),
  };
}

export interface BinaryAnswer {
  readonly json: InferResponseJson;
  /** Bytes of each binary output, by its name. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Cuts an answer into its JSON and its binary outputs. */
export async function readAnswer(response: Response): Promise<BinaryAnswer> {
  const body = new Uint8Array(await response.arrayBuffer());
  const header = response.headers.get('Inference-Header-Content-Length');
  let at = header === null ? body.length : Number(header);
  const json: InferResponseJson = JSON.parse(new TextDecoder().decode(body.subarray(0, at)));
  const bytes = new Map<string, Uint8Array>();
  for (const { name, parameters } of json.outputs) {
    if (!parameters) continue;
    bytes.set(name, body.slice(at, at + parameters.binary_data_size));
    at += parameters.binary_data_size;
  }
  if (at !== body.length) throw new Error(`${body.length - at} bytes left over`);
  return { json, bytes };
}

/** The texts of BYTES in binary form. */
export function decodeTexts(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true);
    texts.push(new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return texts;
}

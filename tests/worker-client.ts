/** A client of the protocol on connections that it keeps, cheap enough to keep a worker busy. */
import { createContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import { relativeL2 } from '@movt/kernels/testing';
import { readTuning } from '@movt/kernels/tuning/file';
import type { Tracks } from '@movt/tracker/tracks';
import { createPredictor, type Predictor } from 'movt';
import { readCheckpoint } from 'movt/checkpoint/file';
import { Pool } from 'undici';
import * as assert from 'uvu/assert';

/** What a request for one clip got. */
export interface Got {
  readonly status: number;
  /** Logits where the status is 200. */
  readonly output: Float32Array | null;
  /** Seconds of Retry-After; NaN where it is not said. */
  readonly retryAfter: number;
  /** From sending it to the end of the answer. */
  readonly ms: number;
}

export interface Client {
  /** Rejects where the connection breaks. */
  ask(body: Buffer, headers?: Readonly<Record<string, string>>): Promise<Got>;
  close(): void;
}

const HEADER_LENGTH = 'inference-header-content-length';
/** Relative, between an answer in a batch with others and one by itself. */
const TOLERANCE = 1e-5;
/** Bytes of JSON at the head of a body. */
const LENGTHS = new WeakMap<Buffer, number>();

/** A request for the logits of one clip, all tensors in binary form, which may wait for so long. */
export function inferBody({ data, T, N }: Tracks, timeoutMs?: number): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const input = { name: 'tracks', datatype: 'FP32', shape: [1, T, N, 3] };
  const head = Buffer.from(
    JSON.stringify({
      ...(timeoutMs !== undefined && { parameters: { timeout: 1000 * timeoutMs } }),
      inputs: [{ ...input, parameters: { binary_data_size: bytes.length } }],
      outputs: [{ name: 'logits', parameters: { binary_data: true } }],
    }),
  );
  const body = Buffer.concat([head, bytes]);
  LENGTHS.set(body, head.length);
  return body;
}

const PATH = '/v2/models/movt/infer';

/** Asks the model `movt` at `url`, on as many connections as there are requests under way. */
export function createClient(url: string): Client {
  // It takes two thirds of the processor's time that node:http takes for this.
  const pool = new Pool(url, { connections: null, pipelining: 1 });
  return {
    async ask(body, more = {}) {
      const began = performance.now();
      const headers = { [HEADER_LENGTH]: String(LENGTHS.get(body)), ...more };
      const {
        statusCode,
        headers: told,
        body: answer,
      } = await pool.request({ path: PATH, method: 'POST', headers, body });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return {
        status: statusCode,
        output: statusCode === 200 ? floats(bytes.subarray(Number(told[HEADER_LENGTH]))) : null,
        retryAfter: Number(told['retry-after'] ?? NaN),
        ms: performance.now() - began,
      };
    },
    close: () => void pool.destroy(),
  };
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** The shipped model without a server. */
export interface Direct {
  readonly predictor: Predictor;
  /** Logits of each clip, one at a time. */
  answers(clips: readonly Tracks[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Opens it on a context like the worker's. */
export async function openDirect(): Promise<Direct> {
  const context = await openContext();
  const predictor = createPredictor(context, await readCheckpoint('packages/movt/models/motion-12.safetensors'));
  return {
    predictor,
    async answers(clips) {
      const answers: Float32Array[] = [];
      for (const clip of clips) answers.push(...(await predictor.predict([clip])).outputs);
      return answers;
    },
    async close() {
      await predictor.destroy();
      context.destroy();
    },
  };
}

/** A context like the worker's. */
export const openContext = async () => createContext({ gpu: await platformGpu(), tuning: readTuning });

/** Throws unless this is the right answer, or a refusal that says when to come back. Whether it is an answer. */
export function checkAnswer({ status, output, retryAfter }: Got, expected: Float32Array, what: string): boolean {
  if (status === 200) {
    const error = relativeL2(output!, expected);
    assert.ok(error <= TOLERANCE, `${what}: the answer is ${error} away from the direct one`);
    return true;
  }
  assert.ok(status === 503 || status === 429, `${what}: status ${status}`);
  assert.ok(retryAfter >= 1, `${what}: ${status} without Retry-After`);
  return false;
}

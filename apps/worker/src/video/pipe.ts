import type { ClipLimits } from '@movt/tracker/frames';
import type { ClipChoice } from './videos.ts';

// What a decoder's process writes to its standard output: messages of a header, which is a kind and a length, and contents.
// The process reads strangers' files, so whoever reads the pipe believes nothing of what it says.

/** `opened`, `ended` and `failed` hold JSON; a `frame` holds its time, in seconds, as a float64, and RGBA. */
export const KINDS = { opened: 1, frame: 2, ended: 3, failed: 4 } as const;

/** A byte for the kind, and the length as uint32, little-endian. */
export const HEADER_BYTES = 5;
/** Of a frame before its pixels. */
export const TIME_BYTES = 8;
/** The longest JSON that is read. */
export const MAX_JSON_BYTES = 64 * 1024;

/** What the process is asked for, as its one argument. */
export interface DecodeRequest {
  readonly path: string;
  readonly choice: ClipChoice;
  readonly limits: ClipLimits;
}

export interface Opened {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frameCount: number;
}

/** A message's header. */
export function encodeHeader(kind: number, length: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  header.setUint8(0, kind);
  header.setUint32(1, length, true);
  return new Uint8Array(header.buffer);
}

/** Kind and length. */
export function decodeHeader(bytes: Uint8Array): { kind: number; length: number } {
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  return { kind: header.getUint8(0), length: header.getUint32(1, true) };
}

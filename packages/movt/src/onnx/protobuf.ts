/**
 * What of protobuf's wire format an ONNX file needs (https://protobuf.dev/programming-guides/encoding): a message is its
 * fields one after another, each a tag and a value.
 */

/** Encoded bytes in pieces that follow each other, so that weights are copied only once, by `join`. */
export interface Encoded {
  readonly byteLength: number;
  readonly pieces: readonly Uint8Array[];
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A whole number from 0, seven bits a byte, lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  // Division, not a shift: values may exceed 32 bits.
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

const tag = (field: number, wireType: number) => varint(field * 8 + wireType);

function whole(bytes: Uint8Array): Encoded {
  return { byteLength: bytes.byteLength, pieces: [bytes] };
}

/** A whole number from −2⁵³ to 2⁵³; a negative one takes ten bytes, in two's complement of 64 bits. */
export function int(field: number, value: number): Encoded {
  if (value >= 0) return whole(Uint8Array.from([...tag(field, VARINT), ...varint(value)]));
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes = Array.from({ length: 10 }, () => {
    const low = Number(rest & 127n);
    rest >>= 7n;
    return low + (rest > 0n ? 128 : 0);
  });
  return whole(Uint8Array.from([...tag(field, VARINT), ...bytes]));
}

/** A number in single precision. */
export function float(field: number, value: number): Encoded {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value, true);
  return whole(Uint8Array.from([...tag(field, FIXED_32), ...new Uint8Array(bytes.buffer)]));
}

export function bytes(field: number, data: Uint8Array): Encoded {
  return message(field, [whole(data)]);
}

export function text(field: number, value: string): Encoded {
  return bytes(field, new TextEncoder().encode(value));
}

/** A message inside a message. */
export function message(field: number, fields: readonly Encoded[]): Encoded {
  const byteLength = fields.reduce((sum, encoded) => sum + encoded.byteLength, 0);
  const head = Uint8Array.from([...tag(field, LENGTH_DELIMITED), ...varint(byteLength)]);
  return { byteLength: head.length + byteLength, pieces: [head, ...fields.flatMap(({ pieces }) => pieces)] };
}

/** The bytes of the outermost message, which has no tag and no length. */
export function join(fields: readonly Encoded[]): Uint8Array {
  const joined = new Uint8Array(fields.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const piece of fields.flatMap(({ pieces }) => pieces)) {
    joined.set(piece, end);
    end += piece.length;
  }
  return joined;
}

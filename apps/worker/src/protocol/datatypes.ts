/** Bytes of an element, by the protocol's names; BYTES has elements of any length, each with its length before it. */
export const DATATYPE_BYTES = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  BF16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: Number.NaN,
} as const;

export type Datatype = keyof typeof DATATYPE_BYTES;

export const DATATYPES = Object.keys(DATATYPE_BYTES) as [Datatype, ...Datatype[]];

/** Smallest and largest of the whole-number types; of 64 bits, those next to them that a double holds. */
export const WHOLE_RANGE: Readonly<Partial<Record<Datatype, readonly [number, number]>>> = {
  UINT8: [0, 2 ** 8 - 1],
  UINT16: [0, 2 ** 16 - 1],
  UINT32: [0, 2 ** 32 - 1],
  UINT64: [0, 2 ** 64],
  INT8: [-(2 ** 7), 2 ** 7 - 1],
  INT16: [-(2 ** 15), 2 ** 15 - 1],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [-(2 ** 63), 2 ** 63],
};

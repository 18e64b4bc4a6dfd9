/** Four random 32-bit words for one counter and key. */
export type Words = [number, number, number, number];

/** High 32 bits of the product of two 32-bit words, from 16-bit halves: WGSL has no 64-bit multiplication either. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return aHigh * bHigh + Math.floor(middle / 65536) + (((middle % 65536) + aLow * bHigh) >>> 16);
}

/**
 * Philox4x32-10: a random function of (counter, key) rather than a sequence, so that element i of a tensor can be drawn
 * anywhere, in any order, on the CPU or in a shader, with the same result. It needs 32-bit integers only.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox(counter: Words, key: [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = mulHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1 >>> 0, (high0 ^ c3 ^ k1) >>> 0, low0 >>> 0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a, 32 bit, of a name's UTF-8 bytes: gives every named tensor its own random stream. */
export function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** A seeded source of numbers; each call continues where the last one stopped. */
export interface Random {
  /** n numbers of [lo, hi) with 24 random bits each, rounded to float32. */
  uniform(n: number, lo: number, hi: number): Float32Array;
  /** n numbers of the standard normal distribution (Box–Muller). */
  normal(n: number): Float32Array;
  /** One whole number of lo … hi, both included. */
  integer(lo: number, hi: number): number;
}

/** Numbers drawn from `seed` (32 bits); different `stream`s of one seed are independent of each other. */
export function createRandom(seed: number, stream = 0): Random {
  const key: [number, number] = [seed >>> 0, stream >>> 0];
  let drawn = 0;
  let block: Words = [0, 0, 0, 0];

  /** The next word, scaled to [0, 1) with 24 bits: exact in a float32. */
  const next = (): number => {
    const lane = drawn % 4;
    if (lane === 0) block = philox([Math.floor(drawn / 4) >>> 0, 0, 0, 0], key);
    drawn++;
    return (block[lane] >>> 8) * 2 ** -24;
  };

  return {
    uniform: (n, lo, hi) => new Float32Array(n).map(() => lo + (hi - lo) * next()),
    normal: (n) => new Float32Array(n).map(() => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    integer: (lo, hi) => lo + Math.floor((hi - lo + 1) * next()),
  };
}

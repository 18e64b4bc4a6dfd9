import { badInput } from '@movt/kernels';

/** The colours of N pixels over time, PixT's input: `data` is [T,N,3], red, green and blue of each in 0 … 1. It lies as tracks lie. */
export interface PixelClip {
  readonly data: Float32Array;
  /** Frames. */
  readonly T: number;
  /** Pixels. */
  readonly N: number;
  /** [N] which of the places inside the box each has, where some were left out; the first N unless told. */
  readonly places?: readonly number[];
}

/** A clip of what `sampleBox` or `sampleMask` gave for each frame, [N,3] bytes of 0 … 255. */
export function pixelClip(frames: readonly Uint8Array[]): PixelClip {
  const N = (frames[0]?.length ?? 0) / 3;
  const data = new Float32Array(frames.length * N * 3);
  for (const [t, colours] of frames.entries()) {
    if (colours.length !== N * 3) {
      const given = `${colours.length / 3} pixels in frame ${t} after ${N} in those before`;
      throw badInput({ action: 'making a clip of pixels', given, needed: 'as many in every frame' });
    }
    for (let i = 0; i < N * 3; i++) data[t * N * 3 + i] = colours[i] / 255;
  }
  return { data, T: frames.length, N };
}

/**
 * Refuses what PixT cannot take: no frame, no pixel or more than `points`, a size that is not T·N·3, a value outside 0 … 1, places that are none or
 * taken twice.
 * @param clip what the message calls it
 * @throws MovtError bad_input that names the clip, frame and pixel
 */
export function checkPixels({ data, T, N, places }: PixelClip, points: number, clip: string): void {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${clip}`, given, needed });
  if (!Number.isInteger(T) || T < 1) throw refuse(`${T} frames`, 'at least 1');
  if (!Number.isInteger(N) || N < 1 || N > points) throw refuse(`${N} pixels`, `1 to ${points}, PixT's places`);
  if (data.length !== T * N * 3) throw refuse(`${data.length} values`, `T·N·3 = ${T * N * 3}`);
  if (places) {
    const isPlace = (place: number) => Number.isInteger(place) && place >= 0 && place < points;
    if (places.length !== N || new Set(places).size !== N || !places.every(isPlace)) {
      throw refuse(`places ${places.slice(0, 10).join(', ')}`, `${N} different ones of 0 to ${points - 1}`);
    }
  }
  const wrong = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong < 0) return;
  const at = `frame ${Math.floor(wrong / (N * 3))}, pixel ${Math.floor(wrong / 3) % N}`;
  throw refuse(`${data[wrong]} in ${at}`, 'red, green and blue of 0 to 1');
}

import { tracks } from './state.ts';

/** Adds tracks as they come: [frames,N,3] in pixels, from frame `first` on, of a clip of `planned` frames. */
export function addTracks(pixels: Float32Array, first: number, planned: number, N: number): void {
  const row = N * 3;
  const before = first === 0 ? null : tracks.value;
  const T = first + pixels.length / row;
  const all = before && before.pixels.length >= T * row ? before.pixels : new Float32Array(Math.max(planned, T) * row);
  if (before && all !== before.pixels) all.set(before.pixels.subarray(0, first * row));
  all.set(pixels, first * row);
  tracks.value = { pixels: all, T, N };
}

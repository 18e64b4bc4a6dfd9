import type { Colour } from './raster.ts';

/** From blue to red, of about equal brightness to the eye at each stop, and none that a dark background swallows. */
const STOPS: readonly Colour[] = [
  [64, 96, 255],
  [0, 190, 255],
  [60, 230, 150],
  [255, 215, 60],
  [255, 130, 40],
  [255, 45, 50],
];

/** The colour of a share: 0 is blue, 1 red. */
export function blueToRed(share: number): Colour {
  const exact = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(Math.floor(exact), STOPS.length - 2);
  return mix(STOPS[low], STOPS[low + 1], exact - low);
}

/** A colour between two; `share` is that of the second. */
export function mix(a: Colour, b: Colour, share: number): Colour {
  return [0, 1, 2].map((c) => a[c] + (b[c] - a[c]) * share) as unknown as Colour;
}

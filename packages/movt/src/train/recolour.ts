import type { Random } from '@movt/kernels';
import type { Augmentation } from './settings.ts';

/** Red, green and blue of a clip as an epoch shows them: for each, the channel that it is taken from, and whether bright is dark. */
export type Recolouring = readonly { readonly from: number; readonly isInverted: boolean }[];

/** Draws one of the 48 ways to exchange three channels and invert some of them; null where the settings leave colours alone. */
export function drawRecolouring({ recolour }: Augmentation, random: Random): Recolouring | null {
  if (!recolour) return null;
  const keys = random.uniform(3, 0, 1);
  const inverted = random.uniform(3, 0, 1);
  return [0, 1, 2].sort((a, b) => keys[a] - keys[b]).map((from, i) => ({ from, isInverted: inverted[i] < 0.5 }));
}

/** Recolours [pixels,3] in place; `white` is the value of full brightness. */
export function recolour(pixels: Float32Array | Uint8Array, recolouring: Recolouring, white: number): void {
  const [red, green, blue] = recolouring;
  const seen = (i: number, { from, isInverted }: Recolouring[number]) =>
    isInverted ? white - pixels[i + from] : pixels[i + from];
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [seen(i, red), seen(i, green), seen(i, blue)];
    pixels[i] = r;
    pixels[i + 1] = g;
    pixels[i + 2] = b;
  }
}

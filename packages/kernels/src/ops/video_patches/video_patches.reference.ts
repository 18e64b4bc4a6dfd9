import type { Arrays } from '../../testing/check-kernel.ts';
import { IMAGENET, type VideoPatchesProblem, videoTokens } from './video_patches.ts';

/** The same in float64, in plain loops over what a Conv3d with stride = kernel meets. video [B,T,H,W,3] in words → y [B·tokens, 3·tubelet·patch·patch] */
export function videoPatchesReference(problem: VideoPatchesProblem, { video }: Arrays): Arrays {
  const { batch, frames, height, width, tubelet, patch } = problem;
  const bytes = new Uint8Array(Uint32Array.from(video!).buffer);
  const y = new Float64Array(bytes.length);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let token = 0; token < videoTokens(problem); token++) {
      const across = width / patch;
      const down = height / patch;
      const [tt, ty, tx] = [Math.floor(token / across / down), Math.floor(token / across) % down, token % across];
      for (let c = 0; c < 3; c++) {
        for (let t = tt * tubelet; t < (tt + 1) * tubelet; t++) {
          for (let py = ty * patch; py < (ty + 1) * patch; py++) {
            for (let px = tx * patch; px < (tx + 1) * patch; px++) {
              const byte = bytes[(((b * frames + t) * height + py) * width + px) * 3 + c]!;
              y[at++] = (byte / 255 - IMAGENET.mean[c]!) / IMAGENET.deviation[c]!;
            }
          }
        }
      }
    }
  }
  return { y };
}

import { badInput } from '../../runtime/errors.ts';
import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './video_patches.wgsl';

/** A batch of videos, and the size of the tubelets that they are cut into. */
export interface VideoPatchesProblem {
  readonly batch: number;
  /** T, a multiple of `tubelet`. */
  readonly frames: number;
  /** In pixels, multiples of `patch`. */
  readonly height: number;
  readonly width: number;
  /** Frames of a tubelet. */
  readonly tubelet: number;
  /** Pixels of a tubelet's side, a multiple of 4. */
  readonly patch: number;
}

/** Mean and standard deviation of ImageNet's red, green and blue, of values from 0 to 1: what vision transformers are trained with. */
export const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

const WORKGROUP_SIZE = 64;
const pixelCount = ({ batch, frames, height, width }: VideoPatchesProblem) => batch * frames * height * width;

/** Tubelets of a clip. */
export function videoTokens({ frames, height, width, tubelet, patch }: Omit<VideoPatchesProblem, 'batch'>): number {
  return (frames / tubelet) * (height / patch) * (width / patch);
}

/**
 * Cuts videos into tubelets, normalised as `IMAGENET` says: (byte/255 − mean) / deviation. A tubelet is a row in the order of a Conv3d's weight
 * [out, channel, t, y, x], and rows are in the order t, y, x: the patch embedding of a vision transformer is then a matrix product.
 * video u8 [B,T,H,W,3] in words of four bytes → [B·videoTokens, 3·tubelet·patch·patch]
 * @throws MovtError `bad_input` where frames or sides are not whole tubelets, or a patch not whole vec4s
 */
export const videoPatches = defineKernel<VideoPatchesProblem>({
  name: 'video_patches',
  bindings: [
    { name: 'video', access: 'read', type: 'u32', length: (problem) => (pixelCount(problem) * 3) / 4 },
    { name: 'y', access: 'read_write', length: (problem) => pixelCount(problem) * 3 },
  ],
  params: (problem) => [
    { u32: pixelCount(problem) / 4 },
    ...[problem.frames, problem.height, problem.width, problem.tubelet, problem.patch].map((u32) => ({ u32 })),
    ...IMAGENET.deviation.map((deviation) => ({ f32: 1 / 255 / deviation })),
    ...IMAGENET.mean.map((mean, c) => ({ f32: -mean / IMAGENET.deviation[c]! })),
  ],
  variant: (problem) => {
    const { frames, height, width, tubelet, patch } = problem;
    if (patch % 4 !== 0 || frames % tubelet !== 0 || height % patch !== 0 || width % patch !== 0) {
      throw badInput({
        action: 'planning video_patches',
        given: `${frames} frames of ${width}×${height} pixels in tubelets of ${tubelet}×${patch}×${patch}`,
        needed: 'whole tubelets, whose sides are multiples of 4',
      });
    }
    return {
      source,
      overrides: { WORKGROUP_SIZE },
      workgroups: linearGrid(Math.ceil(pixelCount(problem) / 4 / WORKGROUP_SIZE)),
    };
  },
  flops: (problem) => pixelCount(problem) * 3 * 2,
});

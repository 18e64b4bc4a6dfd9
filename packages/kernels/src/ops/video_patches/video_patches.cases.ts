import type { KernelCheck } from '../../testing/check-kernel.ts';
import { videoPatchesReference } from './video_patches.reference.ts';
import { type VideoPatchesProblem, videoPatches } from './video_patches.ts';

export const videoPatchesCheck: KernelCheck<VideoPatchesProblem> = {
  kernel: videoPatches,
  reference: videoPatchesReference,
  draw: {
    video: (random, { batch, frames, height, width }) =>
      Array.from({ length: (batch * frames * height * width * 3) / 4 }, () => random.integer(0, 2 ** 32 - 1)),
  },
  cases: [
    { problem: { batch: 1, frames: 1, height: 4, width: 4, tubelet: 1, patch: 4 } },
    { problem: { batch: 3, frames: 6, height: 8, width: 24, tubelet: 2, patch: 8 } },
    { problem: { batch: 2, frames: 3, height: 36, width: 12, tubelet: 3, patch: 12 } },
    { problem: { batch: 2, frames: 4, height: 32, width: 48, tubelet: 2, patch: 16 } },
    // VideoMAE at 16 frames.
    { problem: { batch: 1, frames: 16, height: 224, width: 224, tubelet: 2, patch: 16 }, bench: true },
  ],
};

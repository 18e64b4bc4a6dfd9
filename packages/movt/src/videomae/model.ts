import { badInput, videoTokens } from '@movt/kernels';
import type { Model, PlanInputs } from '../model.ts';
import { augmentVideo } from './augment.ts';
import { videomaeBlocks } from './blocks.ts';
import type { VideoClip } from './clip.ts';
import type { VideomaeConfig } from './config.ts';
import { videomaeParameters } from './parameters.ts';
import { positionTable } from './positions.ts';
import { recordVideomae, tubeletsOf } from './record.ts';

/** VideoMAE: the encoder of "VideoMAE: Masked Autoencoders are Data-Efficient Learners" (Tong et al., 2022), as it is fine-tuned. */
export function videomaeModel(config: VideomaeConfig): Model<VideoClip> {
  const { frames, size, patch, width, layers, outputs, mlpRatio } = config;
  const tokens = videoTokens(tubeletsOf(config));
  const pixels = frames * size * size * 3;
  const depth = layers + 1;
  let positions: Float32Array | undefined;

  const check = ({ T, height, width }: VideoClip, what: string) => {
    if (T === frames && height === size && width === size) return;
    throw badInput({
      action: `checking ${what}`,
      given: `${T} frames of ${width}×${height} pixels`,
      needed: `${frames} of ${size}×${size}`,
      fix: 'Choose frames and crop them as preprocessFrames does.',
    });
  };

  return {
    config,
    outputs,
    parameters: videomaeParameters(config),
    groups: ['patch_embed', 'blocks', 'fc_norm', 'head'],
    depth,
    // As the authors' fine-tuning counts layers.
    depthOf(parameter) {
      if (parameter.startsWith('patch_embed.')) return 0;
      const layer = /^blocks\.(\d+)\./.exec(parameter)?.[1];
      return layer === undefined ? depth : Number(layer) + 1;
    },
    blocksOf: videomaeBlocks,
    check,
    shapeOf: ({ length }) => ({ batch: length, frames, points: (size / patch) ** 2 }),
    largestTensor: ({ batch }) => batch * Math.max(pixels, tokens * mlpRatio * width),
    async pack(clips, { batch }): Promise<PlanInputs> {
      positions ??= positionTable(tokens, width);
      const video = new Uint8Array(batch * pixels);
      for (const [b, clip] of clips.entries()) {
        const bytes = await clip.pixels();
        if (bytes.length !== pixels) {
          throw badInput({ action: `reading clip ${b}`, given: `${bytes.length} bytes`, needed: `${pixels}` });
        }
        video.set(bytes, b * pixels);
      }
      return { video: new Uint32Array(video.buffer), positions };
    },
    augment: augmentVideo,
    record: (tape, shape) => recordVideomae(tape, config, shape),
  };
}

import type { Tracks } from '@movt/tracker/tracks';
import type { Model } from '../model.ts';
import type { PixelClip } from '../pixt/clip.ts';
import type { VideoClip } from '../videomae/clip.ts';
import type { FusionClip } from './model.ts';

/**
 * Shows a clip to both branches as an epoch does: the same part of it, and the picture moved as its tracks are. What is drawn for single points is
 * left out, for the branches would then see different things, and so is the speed, which a video cannot change.
 */
export function augmentPair(
  points: Model<Tracks | PixelClip>,
  video: Model<VideoClip>,
): NonNullable<Model<FusionClip>['augment']> {
  return (clip, settings, maxFrames, seed, epoch, index) => {
    const together = { ...settings, speed: 1, dropPoints: 0, drift: 0, occlusion: 0 };
    return {
      tracks: points.augment?.(clip.tracks, together, maxFrames, seed, epoch, index) ?? clip.tracks,
      video: video.augment?.(clip.video, together, clip.video.T, seed, epoch, index) ?? clip.video,
    };
  };
}

import type { GpuContext } from '@movt/kernels';
import type { Frame, FrameSource } from '@movt/tracker/frames';
import type { Query } from '@movt/tracker/points';
import { trackVideo } from '@movt/tracker/track';
import { denormalise, type Picture, type Tracks } from '@movt/tracker/tracks';
import { drawPoints, followPoints } from '../motion-12/points.ts';
import { renderFrames } from '../motion-12/render.ts';
import type { Scene } from '../motion-12/scene.ts';

/** Of rendered clips: a window of the tracker is a tenth of them, and motions stay below 10 pixels a frame. */
export const PICTURE: Picture = { width: 160, height: 160, fps: 16 };

/**
 * Renders a scene and follows points through it that are chosen as those of `generateTracks`, but with our tracker.
 *
 * @param onFrame Sees each frame, RGBA.
 */
export async function trackScene(
  context: GpuContext,
  scene: Scene,
  points: number,
  onFrame?: (frame: Frame) => Promise<void>,
): Promise<Tracks> {
  const first = followPoints(scene, drawPoints(scene, points))[0]!;
  const { width, height } = PICTURE;
  const pixels = denormalise(Float32Array.from(first.flatMap(({ place: { x, y } }) => [x, y, 0])), width, height);
  const queries: Query[] = first.map((_, n) => ({ frame: 0, x: pixels[3 * n]!, y: pixels[3 * n + 1]! }));
  const { tracks } = await trackVideo(context, renderedSource(scene, onFrame), queries);
  return tracks;
}

/** A scene as a video, rendered while it is read. */
export function renderedSource(scene: Scene, onFrame?: (frame: Frame) => Promise<void>): FrameSource {
  const { width, height, fps } = PICTURE;
  async function* frames() {
    let index = 0;
    for (const data of renderFrames(scene, width)) {
      const frame = { index, time: index / fps, width, height, data };
      await onFrame?.(frame);
      yield frame;
      index++;
    }
  }
  return {
    ...PICTURE,
    frameCount: scene.frames,
    warnings: [],
    close: async () => {},
    [Symbol.asyncIterator]: frames,
  };
}

import type { Frame, FrameSource } from '@movt/tracker/frames';
import { MOTION_CLASSES } from 'movt/motion-12/classes';
import { renderFrames } from 'movt/motion-12/render';
import { createScene, type Scene } from 'movt/motion-12/scene';
import { FRAMES } from './frames.ts';

/** Of clips that the model has not seen; those of training and of its tests have others. */
const SEED = 33;
/** All but one of the first twelve, the one across which something passes: tracks are better seen without. */
const SHOWN = [7, 10, 3, 5, 9, 4, 1, 6, 2, 0, 11];
const SIDE = 240;
const FPS = 16;

/** A clip that is drawn here: one of the motions that the model was trained to tell apart. */
export interface Sample {
  readonly truth: string;
  readonly source: FrameSource;
}

/** Sample `i`; after the last comes the first again. */
export function drawSample(i: number): Sample {
  const scene = createScene(SEED, SHOWN[i % SHOWN.length]!, FRAMES);
  return { truth: MOTION_CLASSES[scene.label]!, source: sourceOf(scene) };
}

function sourceOf(scene: Scene): FrameSource {
  async function* frames(): AsyncGenerator<Frame> {
    let index = 0;
    for (const data of renderFrames(scene, SIDE)) {
      yield { index, time: index / FPS, width: SIDE, height: SIDE, data };
      index++;
    }
  }
  return {
    width: SIDE,
    height: SIDE,
    fps: FPS,
    frameCount: scene.frames,
    warnings: [],
    close: async () => {},
    [Symbol.asyncIterator]: frames,
  };
}

/** The clip as a video file, for a server: played and recorded. */
export async function recordSample({ source }: Sample): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d')!;
  const recorder = new MediaRecorder(canvas.captureStream(FPS));
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  for await (const { data } of source) {
    context.putImageData(new ImageData(new Uint8ClampedArray(data), SIDE, SIDE), 0, 0);
    await new Promise((resolve) => setTimeout(resolve, 1000 / FPS));
  }
  recorder.stop();
  await stopped;
  return new Blob(parts, { type: recorder.mimeType });
}

import { createRandom } from '@movt/kernels';
import type { FrameSource } from '../frames/source.ts';

/** Where a point of the first frame is in frame t. */
export type Motion = (t: number, x: number, y: number) => [x: number, y: number];

/** A picture as a function of place: three colours, 0 … 255. */
export type Texture = (x: number, y: number) => [r: number, g: number, b: number];

/** A smooth random texture: waves of these lengths, in pixels, in all directions, each colour with phases of its own. */
export function randomTexture(seed: number, shortest = 8, longest = 40): Texture {
  const random = createRandom(seed);
  const waves = Array.from({ length: 16 }, () => {
    const [wavelength, direction] = [random.uniform(1, shortest, longest)[0]!, random.uniform(1, 0, Math.PI)[0]!];
    const frequency = (2 * Math.PI) / wavelength;
    return {
      fx: frequency * Math.cos(direction),
      fy: frequency * Math.sin(direction),
      phase: random.uniform(3, 0, 6.28),
    };
  });
  return (x, y) => {
    const colour = (c: number) =>
      128 + waves.reduce((sum, { fx, fy, phase }) => sum + 22 * Math.sin(fx * x + fy * y + phase[c]!), 0);
    return [colour(0), colour(1), colour(2)];
  };
}

/** RGBA [height, width, 4] of a picture, rounded and clipped to 8 bits. */
export function render(width: number, height: number, texture: Texture): Uint8Array {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) rgba.set([...texture(i % width, Math.floor(i / width)), 255], i * 4);
  return new Uint8Array(rgba.buffer);
}

/** A texture under a motion whose inverse is known: frame t shows at (x, y) what the first frame has at `origin(t, x, y)`. */
export function movingFrames(width: number, height: number, T: number, texture: Texture, origin: Motion): Uint8Array[] {
  return Array.from({ length: T }, (_, t) => render(width, height, (x, y) => texture(...origin(t, x, y))));
}

/** Frames in memory as a source. */
export function memorySource(width: number, height: number, frames: readonly Uint8Array[]): FrameSource {
  return {
    width,
    height,
    fps: 25,
    frameCount: frames.length,
    warnings: [],
    close: async () => {},
    async *[Symbol.asyncIterator]() {
      for (const [index, data] of frames.entries()) yield { index, time: index / 25, width, height, data };
    },
  };
}

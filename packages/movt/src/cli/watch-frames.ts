import type { Frame, FrameSource } from '@movt/tracker/frames';

/** The same source; `see` is shown each frame before whoever reads it. */
export function watchFrames(source: FrameSource, see: (frame: Frame) => void): FrameSource {
  async function* frames() {
    for await (const frame of source) {
      see(frame);
      yield frame;
    }
  }
  return Object.create(source, { [Symbol.asyncIterator]: { value: frames } });
}

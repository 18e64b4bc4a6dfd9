import { MovtError } from '@movt/kernels';
import type { Frame, FrameSource } from '@movt/tracker/frames';
import { FRAMES } from './frames.ts';
import { openVideoElement } from './video-element.ts';

/** Seconds. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Opens a part of a video that the user chose: decoded by WebCodecs, or played by a <video> element where this browser's WebCodecs cannot.
 * @throws MovtError bad_input or missing_dependency for what neither can read
 */
export async function openClip(blob: Blob, name: string, part: Part): Promise<FrameSource> {
  try {
    const { openBlob } = await import('@movt/tracker/frames/blob');
    return await begun(await openBlob(blob, name, { ...part, sampling: { kind: 'exactly', count: FRAMES } }));
  } catch (error) {
    const played = await openVideoElement(blob, name, part, FRAMES).catch(() => null);
    if (played) return played;
    if (error instanceof MovtError) throw error;
    const message = `opening ${name}: this browser cannot decode it (${(error as Error).message}). Convert it to mp4 (H.264) or webm (VP9) first.`;
    throw new MovtError('missing_dependency', message, { cause: error });
  }
}

/** The same source once its first frame is there, so that a decoder that fails does so now. */
async function begun(source: FrameSource): Promise<FrameSource> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<Frame> {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { ...source, [Symbol.asyncIterator]: all };
}

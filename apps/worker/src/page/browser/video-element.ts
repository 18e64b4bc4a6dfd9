import type { Frame, FrameSource } from '@movt/tracker/frames';
import type { Part } from './clip-source.ts';
import { PageError } from './messages.ts';

/** How long a video element may take to answer. */
const PATIENCE_MS = 10_000;
/** Beyond the end of any video: seeking there makes a browser find out how long one is. */
const FAR_AWAY_S = 1e7;
/** So long before its end a video still shows its last picture. */
const LAST_PICTURE_S = 0.02;

/**
 * Frames by playing: a <video> is sent to `count` moments, evenly spaced in the part, and what it shows is taken.
 * @throws Error where the browser cannot play it, or the part lies behind its end
 */
export async function openVideoElement(blob: Blob, name: string, part: Part, count: number): Promise<FrameSource> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  const close = async () => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  try {
    Object.assign(video, { muted: true, playsInline: true, preload: 'auto', src: url });
    await once(video, 'loadeddata');
    const end = Math.min(part.end, await lengthOf(video));
    if (!(video.videoWidth > 0 && end > part.start)) throw new Error('no picture in this part');
    const { videoWidth: width, videoHeight: height } = video;
    const step = (end - LAST_PICTURE_S - part.start) / (count - 1);
    const times = Array.from({ length: count }, (_, i) => part.start + i * step);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    async function* frames(): AsyncGenerator<Frame> {
      try {
        for (const [index, time] of times.entries()) {
          const seeked = once(video, 'seeked');
          video.currentTime = time;
          await seeked;
          context.drawImage(video, 0, 0);
          yield {
            index,
            time,
            width,
            height,
            data: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer),
          };
        }
      } catch {
        throw new PageError(
          'This video cannot be used',
          `${name} is damaged or cut off: the browser stops playing it.`,
        );
      } finally {
        await close();
      }
    }
    return { width, height, fps: 1 / step, frameCount: count, warnings: [], close, [Symbol.asyncIterator]: frames };
  } catch (cause) {
    await close();
    throw new Error(`this browser cannot play ${name}`, { cause });
  }
}

/** Seconds; what MediaRecorder wrote does not say until its end has been looked for. */
async function lengthOf(video: HTMLVideoElement): Promise<number> {
  if (Number.isFinite(video.duration)) return video.duration;
  const changed = once(video, 'durationchange');
  video.currentTime = FAR_AWAY_S;
  await changed;
  return video.duration;
}

function once(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), PATIENCE_MS);
    const end = (settle: () => void) => () => {
      clearTimeout(timer);
      settle();
    };
    video.addEventListener(event, end(resolve), { once: true });
    const fail = () => reject(new Error('it cannot be played'));
    video.addEventListener('error', end(fail), { once: true });
  });
}

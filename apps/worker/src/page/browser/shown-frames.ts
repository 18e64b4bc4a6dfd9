import type { Frame } from '@movt/tracker/frames';
import { frames } from './state.ts';

/** Longest side of kept pictures; larger frames are scaled down to it. */
const MOST_SIDE = 960;

/** Keeps the frames of one clip to be shown, in the order of the calls, while the clip is the one that is wanted. */
export function frameKeeper(isCurrent: () => boolean): { keep(frame: Frame): void; done(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  return {
    keep(frame) {
      last = last.then(async () => {
        const bitmap = await toBitmap(frame);
        if (isCurrent()) frames.value = [...frames.value, bitmap];
        else bitmap.close();
      });
    },
    done: () => last,
  };
}

function toBitmap({ width, height, data }: Frame): Promise<ImageBitmap> {
  const bytes = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
  const size = { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) };
  return createImageBitmap(new ImageData(bytes, width, height), scale < 1 ? size : {});
}

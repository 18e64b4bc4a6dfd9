import type { Part } from './clip-source.ts';

/** What is to be analysed. */
export type Input =
  | { readonly kind: 'file'; readonly name: string; readonly blob: Blob; readonly part: Part }
  /** A clip that the page draws itself. */
  | { readonly kind: 'sample'; readonly name: string; readonly index: number };

/** Seconds of a video that are looked at unless told: the model was trained on two, and points are lost over many. */
export const USUAL_SECONDS = 4;
export const MOST_SECONDS = 60;
const MOST_BYTES = 1e9;

/** Why a file is not taken, or null. */
export function whyRefused({ name, size, type }: { name: string; size: number; type: string }): string | null {
  if (size === 0) return `${name} is empty.`;
  if (size > MOST_BYTES) {
    return `${name} has ${(size / 1e9).toFixed(1)} GB; this page takes up to ${MOST_BYTES / 1e9} GB. Cut out the part that you want first.`;
  }
  if (/^(image|audio|text)\//.test(type))
    return `${name} is ${type.split('/')[0] === 'image' ? 'a picture' : 'no video'} (${type}); a video is needed: mp4, mov or webm.`;
  return null;
}

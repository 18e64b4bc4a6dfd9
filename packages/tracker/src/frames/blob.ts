/** Frames of a video in a browser, through its own WebCodecs. */
import { MovtError } from '@movt/kernels';
import { BlobSource } from 'mediabunny';
import { cutWarning, HEAD_BYTES } from './declared-length.ts';
import { openMediabunny } from './mediabunny.ts';
import type { ClipOptions } from './sampling.ts';
import { type FrameSource, openFrames } from './source.ts';

/**
 * Opens a file that the user chose. Throws bad_input as `openVideo` does, and missing_dependency for a container or
 * codec that this browser cannot decode.
 */
export async function openBlob(blob: Blob, name: string, options: ClipOptions = {}): Promise<FrameSource> {
  const decoder = await openMediabunny(new BlobSource(blob), name);
  if (decoder) {
    const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    decoder.warnings.push(...cutWarning(head, blob.size, name));
    return openFrames(decoder, options, name);
  }
  throw new MovtError(
    'missing_dependency',
    `opening ${name}: this browser cannot decode it. Convert it to mp4 (H.264) or webm (VP9) first.`,
  );
}

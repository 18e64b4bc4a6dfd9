import { encodeTrackSet } from '@movt/tracker/track-set';
import { normalise } from '@movt/tracker/tracks';
import { download } from './download.ts';
import { clip, tracks } from './state.ts';

/** Saves the tracks as a tracks file, as `movt predict --tracks` reads it. */
export function saveTracks(): void {
  const { name, width, height, fps } = clip.value!;
  const { pixels, T, N } = tracks.value!;
  const data = normalise(pixels.subarray(0, T * N * 3), width, height);
  const bytes = encodeTrackSet({ clips: [{ data, T, N }], picture: { width, height, fps }, source: name });
  download(
    bytes as Uint8Array<ArrayBuffer>,
    `${name.replace(/\.\w+$/, '')}.tracks.safetensors`,
    'application/octet-stream',
  );
}

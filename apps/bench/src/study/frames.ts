import { badInput } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';

/**
 * A clip at fewer frames: the middle ones of `frames` equal parts of it, so that it is seen whole and evenly, only less often.
 * @throws MovtError bad_input where it has fewer
 */
export function subsampleFrames({ data, T, N }: Tracks, frames: number): Tracks {
  if (frames === T) return { data, T, N };
  if (frames > T)
    throw badInput({ action: 'taking fewer frames of a clip', given: `${frames} of ${T}`, needed: `at most ${T}` });
  const row = 3 * N;
  const kept = new Float32Array(frames * row);
  for (let t = 0; t < frames; t++) {
    const from = Math.floor(((t + 0.5) * T) / frames);
    kept.set(data.subarray(from * row, (from + 1) * row), t * row);
  }
  return { data: kept, T: frames, N };
}

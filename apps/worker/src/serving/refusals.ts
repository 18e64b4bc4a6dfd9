import { badInput, MovtError } from '@movt/kernels';
import { Refusal } from '../refusal.ts';
import type { Clip } from '../service.ts';

/** An error as whoever asked gets it: a mistake of theirs is a 422, a lost device a 503; what is ours stays what it is. */
export function refusalOf(error: unknown, lost: () => Refusal): unknown {
  if (!(error instanceof MovtError)) return error;
  if (error.code === 'device_lost') return lost();
  if (error.code === 'bad_input' || error.code === 'limit_exceeded') return new Refusal(422, error.message);
  return error;
}

/** @throws Refusal 422 for no clips, 413 for more than are ever accepted */
export function checkCount(clips: number, most: number): void {
  if (clips === 0) throw new Refusal(422, 'asking a model: got no clips, need one or more.');
  if (clips > most) throw new Refusal(413, `asking a model: got ${clips} clips, need at most ${most} in a request.`);
}

/** Reads the pixels of a clip of video now, so that a batch has nothing to wait for. Throws bad_input where they are too few or too many. */
export async function inMemory(clip: Clip, what: string): Promise<Clip> {
  if (!('pixels' in clip)) return clip;
  const { T, height, width } = clip;
  const bytes = await clip.pixels();
  const size = T * height * width * 3;
  if (bytes.length === size) return { T, height, width, pixels: () => bytes };
  throw badInput({ action: `reading ${what}`, given: `${bytes.length} bytes`, needed: `${size}` });
}

/** @throws Refusal 422 for an answer that is no number: coordinates can be so large that a model's sums overflow */
export function checkFinite(answers: readonly Float32Array[]): void {
  const at = answers.findIndex((answer) => !answer.every(Number.isFinite));
  if (at < 0) return;
  const needed = 'tracks with coordinates of about −1 to 1, as a model is trained on';
  throw new Refusal(422, `answering clip ${at}: got values whose sums overflow, need ${needed}.`);
}

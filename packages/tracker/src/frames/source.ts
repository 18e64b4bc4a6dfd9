import { badInput, limitExceeded, MovtError } from '@movt/kernels';
import { type ClipOptions, selectFrames } from './sampling.ts';

/** Largest picture that is decoded: 8192 × 8192. */
export const MAX_PIXELS = 8192 * 8192;

/** One picture of a video. */
export interface Frame {
  /** Position among the frames that this source yields, from 0. */
  index: number;
  /** Seconds since the start of the video, as its file says: frames need not be evenly spaced. */
  time: number;
  /** Pixels, after rotation. */
  width: number;
  height: number;
  /** RGBA [height, width, 4], 0 … 255; the receiver's own. */
  data: Uint8Array;
}

/**
 * The frames of a clip, decoded while they are read: the next one is not decoded before it is asked for, but for the
 * few that a decoder keeps ready, so that memory does not grow with the length of the video. It can be iterated once.
 */
export interface FrameSource extends AsyncIterable<Frame> {
  /** Pixels, after rotation. */
  readonly width: number;
  readonly height: number;
  /** Frames a second as sampled: the mean over the frames that are yielded; 0 where all have one time. */
  readonly fps: number;
  /** How many frames will be yielded; fewer come out where the video turns out to be damaged, with a warning. */
  readonly frameCount: number;
  /** What the user should know; more may be added while frames are read. */
  readonly warnings: readonly string[];
  /** Frees the decoder; also done when an iteration ends. */
  close(): Promise<void>;
}

/** What a reader of one kind of file offers; range and sampling are the same for all and done here. */
export interface Decoder {
  /** Pixels, after rotation. */
  width: number;
  height: number;
  /** Presentation time of each frame in the file, ascending, in seconds. */
  times: readonly number[];
  warnings: string[];
  /**
   * RGBA of the frames at these ascending positions in `times`. A frame that cannot be decoded is left out; where
   * decoding fails for good it throws, and the frames before count.
   */
  read(positions: readonly number[]): AsyncIterable<{ position: number; data: Uint8Array }>;
  close(): Promise<void>;
}

/**
 * Range and sampling over a decoder. Where frames are repeated ('exactly' more than there are) the same picture is
 * yielded again.
 *
 * @param name The video's name, for messages.
 * @throws MovtError bad_input where the range holds no frame; the decoder is closed then.
 */
export async function openFrames(decoder: Decoder, options: ClipOptions, name: string): Promise<FrameSource> {
  const { width, height, times, warnings } = decoder;
  try {
    checkSize(width, height, name, options.limits?.pixels);
    const chosen = selectFrames(times, options, name);
    checkLength(times, chosen.length, options, name);
    const positions = [...new Set(chosen)];
    if (positions.length < chosen.length) {
      warnings.push(`${name} has ${positions.length} frame(s) to make ${chosen.length} of: some are repeated.`);
    }
    return {
      width,
      height,
      fps: meanRate(chosen.map((position) => times[position])),
      frameCount: chosen.length,
      warnings,
      close: () => decoder.close(),
      [Symbol.asyncIterator]: () => iterate(decoder, positions, chosen, name),
    };
  } catch (error) {
    await decoder.close();
    throw error;
  }
}

async function* iterate(
  decoder: Decoder,
  positions: readonly number[],
  chosen: readonly number[],
  name: string,
): AsyncGenerator<Frame, void, undefined> {
  const { width, height, times, warnings } = decoder;
  let index = 0;
  let next = 0;
  try {
    for await (const { position, data } of readUntilDamage(decoder, positions, name)) {
      while (chosen[next] < position) next++; // Left out by the decoder.
      for (; chosen[next] === position; next++) {
        // A repeated frame is copied: the receiver may have given the first one away.
        const own = chosen[next + 1] === position ? data.slice() : data;
        yield { index: index++, time: times[position], width, height, data: own };
      }
    }
    if (index === 0) throw noFrame(name, 'no frame that can be decoded');
    if (index < chosen.length) {
      warnings.push(
        `${name} is damaged or cut off: ${index} of ${chosen.length} frames could be decoded and are used.`,
      );
    }
  } finally {
    await decoder.close();
  }
}

/**
 * Ends where the decoder fails after at least one frame; a failure of the first, and a refusal of ours, is passed on.
 */
async function* readUntilDamage(decoder: Decoder, positions: readonly number[], name: string) {
  let isFirst = true;
  try {
    for await (const frame of decoder.read(positions)) {
      isFirst = false;
      yield frame;
    }
  } catch (error) {
    if (isFirst || error instanceof MovtError) throw error;
    decoder.warnings.push(`${name}: decoding stopped: ${(error as Error).message}`);
  }
}

/** Refuses a picture that is empty or too large to decode. */
export function checkSize(width: number, height: number, name: string, most = MAX_PIXELS): void {
  if (!(width >= 1 && height >= 1)) throw noFrame(name, `frames of ${width}×${height} pixels`);
  if (width * height <= Math.min(most, MAX_PIXELS)) return;
  throw limitExceeded({
    action: `opening ${name}`,
    given: `frames of ${width}×${height} pixels`,
    needed: most < MAX_PIXELS ? `at most ${most} pixels` : `at most ${MAX_PIXELS} pixels (8192×8192)`,
    fix: 'Scale the video down first.',
  });
}

/** Refuses a video that lasts longer, or of which more frames are wanted, than its limits say. */
function checkLength(times: readonly number[], frames: number, { limits }: ClipOptions, name: string): void {
  if (!limits) return;
  const refuse = (given: string, needed: string, fix: string) =>
    limitExceeded({ action: `opening ${name}`, given, needed, fix });
  const seconds = times[times.length - 1] - times[0];
  if (seconds > limits.seconds) {
    throw refuse(`${seconds.toFixed(1)} s of video`, `at most ${limits.seconds} s`, 'Cut out the part that matters.');
  }
  if (frames > limits.frames) {
    throw refuse(`${frames} frames to use`, `at most ${limits.frames}`, 'Ask for fewer frames.');
  }
}

/** The refusal of a file that yields no picture at all. */
export function noFrame(name: string, given: string) {
  return badInput({ action: `opening ${name}`, given, needed: 'a video with at least one frame' });
}

function meanRate(times: readonly number[]): number {
  const span = times[times.length - 1] - times[0];
  // Seven digits are what time stamps in microseconds can tell; more would print 30 as 29.999999999999996.
  return span > 0 ? Number(((times.length - 1) / span).toPrecision(7)) : 0;
}

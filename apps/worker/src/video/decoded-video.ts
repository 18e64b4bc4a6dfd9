import type { Frame, FrameSource } from '@movt/tracker/frames';
import { withinTime } from '../async/within-time.ts';
import { Refusal } from '../refusal.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import type { DecoderLimits, DecoderProcess } from './decoder-process.ts';
import { decodeHeader, HEADER_BYTES, KINDS, MAX_JSON_BYTES, type Opened, TIME_BYTES } from './pipe.ts';

const ACTION = 'decoding the video';

interface Message {
  kind: number;
  contents: Uint8Array;
}

/**
 * The frames that a process decodes. Whatever becomes of that process, it is killed and the source closed when frames end, fail or are no longer
 * read.
 * @param close called once, when the process is no longer needed
 * @throws Refusal of 422, or 415 where no decoder is installed, as the process says or as it died
 */
export async function readDecoded(
  decoder: DecoderProcess,
  limits: DecoderLimits & { pixels: number; frames: number },
  close: () => Promise<void>,
  signal?: AbortSignal,
): Promise<FrameSource> {
  const bytes = createByteReader(decoder.stdout as AsyncIterable<Uint8Array>);
  let waitedMs = 0;
  /** The next message, whose contents are at most so long. */
  const next = async (longest: number): Promise<Message> => {
    const began = performance.now();
    try {
      return await withinTime(readMessage(bytes, decoder, longest), limits.decodeMs - waitedMs, tooLong, signal);
    } finally {
      waitedMs += performance.now() - began;
    }
  };
  const tooLong = () =>
    refuse(`more than ${limits.decodeMs / 1000} s of work`, 'a video that is decoded within that time');

  try {
    const { width, height, fps, frameCount } = openedOf(await next(MAX_JSON_BYTES), limits);
    const warnings: string[] = [];
    const frameBytes = TIME_BYTES + width * height * 4;

    async function* frames(): AsyncGenerator<Frame, void, undefined> {
      try {
        for (let index = 0; ; index++) {
          const { kind, contents } = await next(Math.max(frameBytes, MAX_JSON_BYTES));
          if (kind === KINDS.ended) {
            warnings.push(...warningsOf(contents));
            return;
          }
          if (kind === KINDS.failed) throw failureOf(contents);
          if (kind !== KINDS.frame || contents.length !== frameBytes || index >= frameCount) throw broken();
          const time = new DataView(contents.buffer).getFloat64(0, true);
          yield { index, time, width, height, data: contents.subarray(TIME_BYTES) };
        }
      } finally {
        await close();
      }
    }
    return { width, height, fps, frameCount, warnings, close, [Symbol.asyncIterator]: frames };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readMessage(bytes: ByteReader, { ended }: DecoderProcess, longest: number): Promise<Message> {
  const head = new Uint8Array(HEADER_BYTES);
  if (!(await bytes.fill(head))) throw died(await ended);
  const { kind, length } = decodeHeader(head);
  if (length > longest) throw broken();
  const contents = new Uint8Array(length);
  if (!(await bytes.fill(contents))) throw died(await ended);
  return { kind, contents };
}

function openedOf({ kind, contents }: Message, limits: { pixels: number; frames: number }): Opened {
  if (kind === KINDS.failed) throw failureOf(contents);
  const { width, height, fps, frameCount } = parseObject(contents) as Partial<Opened>;
  const isRight =
    kind === KINDS.opened &&
    [width, height, frameCount].every((value) => Number.isInteger(value) && value! >= 1) &&
    Number.isFinite(fps) &&
    width! * height! <= limits.pixels &&
    frameCount! <= limits.frames;
  if (!isRight) throw broken();
  return { width: width!, height: height!, fps: fps!, frameCount: frameCount! };
}

function warningsOf(contents: Uint8Array): string[] {
  const { warnings } = parseObject(contents);
  if (!Array.isArray(warnings)) throw broken();
  return warnings.slice(0, 10).map((warning) => oneLine(`${warning}`));
}

function failureOf(contents: Uint8Array): Refusal {
  const { code, message } = parseObject(contents);
  return new Refusal(code === 'missing_dependency' ? 415 : 422, oneLine(`${message}`));
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below.
  }
  throw broken();
}

/** Control characters out of a stranger's file would tear a log line. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 500);
}

const refuse = (given: string, needed: string) => new Refusal(422, `${ACTION}: got ${given}, need ${needed}.`);
const broken = () => refuse('a decoder that lost its way in this file', 'a whole video');
const died = (how: string) =>
  refuse(`a file at which the decoder died (${how})`, 'a whole video, small enough to be decoded in bounded memory');

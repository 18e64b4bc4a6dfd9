/**
 * The program that decodes one video of a stranger and then ends: a process that may crash, hang or be killed without harm. It writes what
 * pipe.ts says to its standard output, and ends early when its standard input does: whoever started it is gone then.
 */
import { MovtError } from '@movt/kernels';
import { openVideo, type Sampling } from '@movt/tracker/frames';
import { uniformFrames } from 'movt/videomae/preprocess';
import { type DecodeRequest, encodeHeader, KINDS } from './pipe.ts';
import type { FrameChoice } from './videos.ts';

const { path, choice, limits } = JSON.parse(process.argv[2]) as DecodeRequest;
process.stdin.on('end', () => process.exit(1)).resume();
process.stdout.on('error', () => process.exit(1));

try {
  const { frames, ...range } = choice;
  const source = await openVideo(path, { ...range, sampling: samplingOf(frames), limits });
  const { width, height, fps, frameCount } = source;
  await writeJson(KINDS.opened, { width, height, fps, frameCount });
  for await (const { time, data } of source) {
    await write(encodeHeader(KINDS.frame, 8 + data.length));
    await write(new Uint8Array(new Float64Array([time]).buffer));
    await write(data);
  }
  await writeJson(KINDS.ended, { warnings: source.warnings.map(anonymous) });
} catch (error) {
  const code = error instanceof MovtError ? error.code : 'bad_input';
  await writeJson(KINDS.failed, { code, message: anonymous(error instanceof Error ? error.message : `${error}`) });
}
process.exit(0);

function samplingOf(frames: FrameChoice): Sampling {
  if (frames.kind !== 'uniform') return frames;
  return { kind: 'chosen', positions: (available) => uniformFrames(available, frames.frames) };
}

/** Where the file lies is nothing to tell a stranger. */
function anonymous(message: string): string {
  return message.replaceAll(path, 'the video').slice(0, 1000);
}

async function writeJson(kind: number, value: object): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  await write(encodeHeader(kind, bytes.length));
  await write(bytes);
}

/** Resolves when the pipe has taken it: nothing is decoded ahead of who reads it. */
function write(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => process.stdout.write(bytes, () => resolve()));
}

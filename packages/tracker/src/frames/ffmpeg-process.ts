/** The ffmpeg on PATH, in a process of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { decodeArguments, ffmpegFailed, listArguments, logWarnings, parseFrameList } from './ffmpeg.ts';
import type { Decoder } from './source.ts';

/**
 * A decoder for anything that the ffmpeg on PATH reads, or null where there is none. The file is read once for its
 * frames' times, which many containers do not tell, and once for its pictures. Throws bad_input for a file without a
 * frame.
 */
export async function openFfmpegProcess(path: string, name: string): Promise<Decoder | null> {
  // The prefix keeps ffmpeg from taking a file's name for an option or an address.
  const file = `file:${path}`;
  const listing = start(listArguments(file, 'pipe:1'));
  if (!(await listing.started)) return null;
  let list = '';
  for await (const chunk of listing.child.stdout) list += chunk;
  const complaints = await listing.ended;
  const { width, height, times } = parseFrameList(list, complaints, name);

  let reading: Run | null = null;
  return {
    width,
    height,
    times,
    warnings: logWarnings(complaints, name),
    read(positions) {
      reading = start(decodeArguments(file, 'pipe:1'));
      return readFrames(reading, positions, width * height * 4, name);
    },
    close: async () => {
      reading?.child.kill('SIGKILL');
      await reading?.ended;
    },
  };
}

interface Run {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** Whether the program exists. */
  started: Promise<boolean>;
  /** Resolves with what it wrote to its log once it is gone. */
  ended: Promise<string>;
}

const MAX_LOG = 4096;

function start(args: string[]): Run {
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (log.length < MAX_LOG) log += chunk;
  });
  const started = new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  const ended = started.then((isStarted) => (isStarted ? once(child, 'close') : null)).then(() => log);
  return { child, started, ended };
}

/** Cuts the stream into frames. The pipe holds ffmpeg back while nobody asks for the next one. */
async function* readFrames({ child, ended }: Run, positions: readonly number[], frameBytes: number, name: string) {
  let frame = new Uint8Array(frameBytes);
  let filled = 0;
  let position = 0;
  let next = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + frameBytes - filled);
        frame.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < frameBytes) continue;
        filled = 0;
        if (positions[next] === position) {
          next++;
          yield { position, data: frame };
          if (next === positions.length) return;
          frame = new Uint8Array(frameBytes);
        }
        position++;
      }
    }
    const complaints = await ended;
    if (position === 0) throw ffmpegFailed(name, complaints);
  } finally {
    child.kill('SIGKILL');
  }
}

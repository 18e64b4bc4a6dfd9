/**
 * mp4, mov, webm and mkv through mediabunny and whatever WebCodecs `globalThis` has: the browser's own, or those that
 * node.ts sets up.
 */
import { badInput, MovtError } from '@movt/kernels';
import {
  ALL_FORMATS,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  type Source,
  type VideoSample,
  VideoSampleSink,
} from 'mediabunny';
import { type Orientation, orient } from './orient.ts';
import { checkSize, type Decoder, noFrame } from './source.ts';

/**
 * A decoder for a container that mediabunny knows, or null for another one and for a codec that WebCodecs lacks here.
 *
 * @param name The video's name, for messages.
 * @param mostPixels of a picture, refused before one is decoded
 * @throws MovtError bad_input for a file without a video track, or with no frame before it was cut off.
 */
export async function openMediabunny(source: Source, name: string, mostPixels?: number): Promise<Decoder | null> {
  const input = new Input({ source, formats: ALL_FORMATS });
  const keepAlive = keepEventLoop();
  try {
    // A file of a few bytes trips an assertion in there: unknown all the same.
    const isKnown = await input.canRead().catch(() => false);
    const decoder = isKnown ? await openInput(input, name, mostPixels) : null;
    if (!decoder) input.dispose();
    return decoder;
  } catch (error) {
    input.dispose();
    if (error instanceof MovtError) throw error;
    throw badInput({
      action: `opening ${name}`,
      given: `a damaged video (${(error as Error).message})`,
      needed: 'a video whose container can be read',
    });
  } finally {
    clearInterval(keepAlive);
  }
}

async function openInput(input: Input, name: string, mostPixels?: number): Promise<Decoder | null> {
  const format = (await input.getFormat()).name;
  const track = await input.getPrimaryVideoTrack();
  if (!track) {
    throw badInput({
      action: `opening ${name}`,
      given: `${format} without a video track`,
      needed: 'one',
      fix: 'An mp4 that was cut off before its index (moov), which many cameras write last, cannot be read at all.',
    });
  }
  // Before a decoder is asked: one that refuses so large a picture would hand it to the next.
  checkSize(await track.getCodedWidth(), await track.getCodedHeight(), name, mostPixels);
  if (!(await track.canDecode())) return null;

  const { times, isCut } = await readTimes(track);
  const sink = new VideoSampleSink(track);
  const first = times.length ? await sink.getSample(times[0]) : null;
  if (!first) throw noFrame(name, `${format} without a whole frame`);
  const stored = { width: first.visibleRect.width, height: first.visibleRect.height };
  first.close();

  const orientation: Orientation = { rotation: await track.getRotation(), flip: await track.getFlip() };
  const isTurned = orientation.rotation === 90 || orientation.rotation === 270;
  return {
    width: isTurned ? stored.height : stored.width,
    height: isTurned ? stored.width : stored.height,
    times,
    warnings: isCut ? [`${name} is cut off: only its first ${times.length} frames are there and used.`] : [],
    read: (positions) => readFrames(sink, times, positions, stored, orientation),
    close: async () => input.dispose(),
  };
}

/** Presentation times of the frames whose data are there, from the container's index: nothing is decoded. */
async function readTimes(track: InputVideoTrack): Promise<{ times: number[]; isCut: boolean }> {
  const sink = new EncodedPacketSink(track);
  const inDecodeOrder: number[] = [];
  for await (const { timestamp, duration } of sink.packets(undefined, undefined, { metadataOnly: true })) {
    // An edit list may put frames before time 0: they are there to decode others, not to be shown.
    if (timestamp + duration > 0) inDecodeOrder.push(timestamp);
  }
  // An index at the front of a file that was cut off names frames that are not there; the ones that are come first.
  const isThere = async (i: number) => (await sink.getPacket(inDecodeOrder[i]).catch(() => null)) !== null;
  let there = 0;
  let missing = inDecodeOrder.length;
  if (missing && (await isThere(missing - 1))) there = missing;
  while (there < missing) {
    const middle = (there + missing) >> 1;
    if (await isThere(middle)) there = middle + 1;
    else missing = middle;
  }
  const times = inDecodeOrder.slice(0, there).sort((a, b) => a - b);
  return { times, isCut: there < inDecodeOrder.length };
}

async function* readFrames(
  sink: VideoSampleSink,
  times: readonly number[],
  positions: readonly number[],
  stored: { width: number; height: number },
  orientation: Orientation,
): AsyncGenerator<{ position: number; data: Uint8Array }, void, undefined> {
  const keepAlive = keepEventLoop();
  try {
    let next = 0;
    const past = times[positions[positions.length - 1] + 1];
    for await (const sample of sink.samples(times[positions[0]], past)) {
      while (times[positions[next]] < sample.timestamp - TIME_TOLERANCE) next++;
      const isChosen = times[positions[next]] <= sample.timestamp + TIME_TOLERANCE;
      const data = await takePixels(sample, stored, isChosen);
      if (isChosen)
        yield { position: positions[next++], data: orient(data, stored.width, stored.height, orientation).data };
    }
  } finally {
    clearInterval(keepAlive);
  }
}

/** Seconds: decoders round time stamps to microseconds. */
const TIME_TOLERANCE = 2e-6;

/** RGBA of a decoded frame, which is closed; of one that is not wanted, black. */
async function takePixels(
  frame: VideoSample,
  { width, height }: { width: number; height: number },
  isWanted: boolean,
): Promise<Uint8Array> {
  try {
    // Allocated for every frame: a decoder's memory is unknown to the collector of garbage, which runs often enough
    // only when as much is allocated here (measured with @napi-rs/webcodecs 1.3.1: 300 MB more after 1,300 frames of
    // 400×300 without it).
    const data = new Uint8Array(width * height * 4);
    const { width: newWidth, height: newHeight } = frame.visibleRect;
    if (newWidth !== width || newHeight !== height) {
      throw new Error(`the picture changes from ${width}×${height} to ${newWidth}×${newHeight} pixels`);
    }
    if (isWanted) await frame.copyTo(data, { format: 'RGBA' });
    return data;
  } finally {
    frame.close();
  }
}

/**
 * @napi-rs/webcodecs does not keep the event loop of Node 20 alive while it decodes: the process would end in
 * mid-video.
 */
function keepEventLoop(): ReturnType<typeof setInterval> {
  return setInterval(() => {}, 1000);
}

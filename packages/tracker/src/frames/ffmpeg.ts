/** What the ffmpeg on PATH and the one in WebAssembly share: their arguments and how to read what they print. */
import { badInput } from '@movt/kernels';
import { checkSize, noFrame } from './source.ts';

/**
 * Containers that may be opened: no playlists, no text (ffmpeg renders it as a terminal), nothing that reads further
 * files or the network.
 */
const FORMATS =
  'avi,asf,flv,mpeg,mpegts,mpegvideo,mov,mp4,matroska,webm,ogg,gif,dv,rm,nut,ivf,mxf,h264,hevc,m4v,mjpeg,wtv,3gp,yuv4mpegpipe,y4m';

/** Frames as they are, none doubled or dropped to even out their rate; pictures attached to music are no video (V). */
function inputArguments(file: string): string[] {
  return [
    '-nostdin',
    '-v',
    'error',
    '-format_whitelist',
    FORMATS,
    '-i',
    file,
    '-map',
    '0:V:0',
    '-fps_mode',
    'passthrough',
  ];
}

/** Lists every frame: `framecrc` prints the picture's size and, a line a frame, its time. */
export function listArguments(file: string, output: string): string[] {
  return [...inputArguments(file), '-f', 'framecrc', output];
}

/** Writes frames as RGBA, one after another; `filter` may choose some. */
export function decodeArguments(file: string, output: string, filter?: string): string[] {
  return [...inputArguments(file), ...(filter ? ['-vf', filter] : []), '-pix_fmt', 'rgba', '-f', 'rawvideo', output];
}

/** Size after rotation in pixels, and the frames' times in seconds. */
export interface FrameList {
  width: number;
  height: number;
  times: number[];
}

/**
 * Reads the output of `listArguments`. Throws bad_input, with ffmpeg's own words, where it holds no frame.
 *
 * @param complaints What ffmpeg printed to its log.
 */
export function parseFrameList(text: string, complaints: string, name: string): FrameList {
  const [, width, height] = /^#dimensions 0: (\d+)x(\d+)$/m.exec(text) ?? [];
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)$/m.exec(text) ?? [];
  const times = Array.from(
    text.matchAll(/^0, *-?\d+, *(-?\d+),/gm),
    ([, pts]) => (Number(pts) * Number(numerator)) / Number(denominator),
  );
  if (!width || times.length === 0) {
    throw noFrame(name, `a file in which ffmpeg finds no frame${complaints ? ` (${firstLine(complaints)})` : ''}`);
  }
  checkSize(Number(width), Number(height), name);
  return { width: Number(width), height: Number(height), times };
}

/** What ffmpeg complained of while it still found frames. */
export function logWarnings(complaints: string, name: string): string[] {
  return complaints ? [`${name}: ffmpeg says: ${firstLine(complaints)}`] : [];
}

/** An ffmpeg that fails where it should not. */
export function ffmpegFailed(name: string, complaints: string) {
  return badInput({
    action: `decoding ${name}`,
    given: `a failure of ffmpeg (${firstLine(complaints) || 'it says nothing'})`,
    needed: 'a video that it can decode, and ffmpeg 5.1 or newer',
  });
}

/** ffmpeg names the demuxer's address in memory first, which says nothing. */
function firstLine(text: string): string {
  return text
    .trim()
    .split('\n')[0]
    .replace(/^\[[^\]]*\] /, '')
    .slice(0, 200);
}

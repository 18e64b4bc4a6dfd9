/** From decoded frames to what VideoMAE takes, as its authors evaluate it: https://github.com/MCG-NJU/VideoMAE */
import { badInput } from '@movt/kernels';
import { halveTo } from './halve.ts';

/** A frame: `data` is [height, width, 4] or [height, width, 3], R, G, B (and A, which is ignored) of 0 … 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Frames taken evenly from a whole video, as for Something-Something-V2: the video is cut into `frames` parts of equal length, and from
 * each one frame is taken. A view of several takes it a little later than the one before: of two, at the beginnings and in the middles of
 * the parts. A view alone takes it in the middle.
 *
 * @param available frames of the video; where there are fewer than `frames`, some come more than once
 * @param view which of `views`, from 0
 * @returns ascending positions
 */
export function uniformFrames(available: number, frames: number, view = 0, views = 1): number[] {
  checkAvailable(available);
  const part = available / frames;
  const offset = views === 1 ? part / 2 : (part * view) / views;
  return Array.from({ length: frames }, (_, i) => Math.floor(offset + part * i));
}

/**
 * Frames taken densely, every `stride`-th, as for Kinetics: views begin evenly between the first frame and the last that has enough after
 * it; one alone lies in the middle. Where the video ends too early its last frame is repeated.
 *
 * @param view which of `views`, from 0
 * @returns ascending positions
 */
export function denseFrames(available: number, frames: number, stride: number, view = 0, views = 1): number[] {
  checkAvailable(available);
  const last = Math.floor((available - 1) / stride);
  const spare = Math.max(last + 1 - frames, 0);
  const begin = Math.floor(views === 1 ? spare / 2 : (view * spare) / (views - 1));
  return Array.from({ length: frames }, (_, i) => stride * Math.min(begin + i, last));
}

function checkAvailable(available: number): void {
  if (available >= 1) return;
  throw badInput({ action: 'choosing frames for VideoMAE', given: `${available} frames`, needed: 'at least 1' });
}

/** Pixels of a picture once its shorter side is `size`; the longer one is rounded down, as the authors do. */
export function resizedSize({ width, height }: Picture, size: number): { width: number; height: number } {
  return width < height
    ? { width: size, height: Math.floor((size * height) / width) }
    : { width: Math.floor((size * width) / height), height: size };
}

/**
 * Where squares begin on the longer side of a resized picture: in the middle, or, for several, evenly from one end to the other.
 *
 * @param length pixels of the longer side
 */
export function cropStarts(length: number, size: number, crops: number): number[] {
  const spare = length - size;
  if (crops > 1) return Array.from({ length: crops }, (_, i) => Math.floor((i * spare) / (crops - 1)));
  // Python's round, to the even one of two that are as near.
  const half = Math.floor(spare / 2);
  return [spare % 2 === 0 || half % 2 === 0 ? half : half + 1];
}

/**
 * Frames as VideoMAE takes them: the shorter side resized to `size` (bilinear between pixel centres, as OpenCV does; a level of 256 apart
 * from it at most), then squares cut along the longer side: one in the middle, or `crops` of them whose answers are averaged. Values
 * stay 0 … 255: the model subtracts ImageNet's mean itself. What is more than twice as large is halved first, as the authors store their videos small beforehand.
 *
 * @param patch a side of the model's patches: no picture may be smaller
 * @returns [T,size,size,3] of each crop
 * @throws MovtError bad_input for no frames, for frames of different sizes, empty ones and ones smaller than a patch
 */
export function preprocessFrames(frames: readonly Picture[], size: number, patch: number, crops = 1): Uint8Array[] {
  checkFrames(frames, patch);
  const near = frames.map((frame) => halveTo(frame, size));
  const [first] = near;
  const resized = resizedSize(first, size);
  const isWide = resized.width >= resized.height;
  return cropStarts(isWide ? resized.width : resized.height, size, crops).map((start) => {
    const columns = sampleAxis(first.width, resized.width, isWide ? start : 0, size);
    const rows = sampleAxis(first.height, resized.height, isWide ? 0 : start, size);
    const clip = new Uint8Array(frames.length * size * size * 3);
    for (const [t, frame] of near.entries()) {
      sampleFrame(frame, columns, rows, clip.subarray(t * size * size * 3, (t + 1) * size * size * 3));
    }
    return clip;
  });
}

function checkFrames(frames: readonly Picture[], patch: number): void {
  const refuse = (given: string, needed: string) =>
    badInput({ action: 'preparing frames for VideoMAE', given, needed });
  if (frames.length === 0) throw refuse('no frames', 'at least 1');
  const [{ width, height }] = frames;
  if (!(Math.min(width, height) >= patch)) {
    throw refuse(`pictures of ${width}×${height} pixels`, `at least ${patch}×${patch}: a patch`);
  }
  for (const [t, frame] of frames.entries()) {
    const { length } = frame.data;
    if (frame.width !== width || frame.height !== height) {
      throw refuse(`${frame.width}×${frame.height} pixels in frame ${t}`, `${width}×${height}, as in frame 0`);
    }
    if (length !== width * height * 3 && length !== width * height * 4) {
      throw refuse(`${length} bytes in frame ${t} of ${width}×${height} pixels`, '3 or 4 bytes a pixel');
    }
  }
}

/** For each of some pixels along an axis: the two pixels before resizing that it lies between, and the share of the second. */
interface AxisSamples {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly share: Float32Array;
}

function sampleAxis(from: number, to: number, start: number, count: number): AxisSamples {
  const samples = { low: new Uint32Array(count), high: new Uint32Array(count), share: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    // Centres lie at halves; beyond the outer ones the border goes on.
    const place = Math.min(Math.max(((start + i + 0.5) * from) / to - 0.5, 0), from - 1);
    samples.low[i] = Math.floor(place);
    samples.high[i] = Math.min(samples.low[i] + 1, from - 1);
    samples.share[i] = place - samples.low[i];
  }
  return samples;
}

/** Writes [rows, columns, 3] of a frame. */
function sampleFrame({ width, height, data }: Picture, columns: AxisSamples, rows: AxisSamples, to: Uint8Array): void {
  const channels = data.length / (width * height);
  let at = 0;
  for (let y = 0; y < rows.low.length; y++) {
    const above = rows.low[y] * width;
    const below = rows.high[y] * width;
    const down = rows.share[y];
    for (let x = 0; x < columns.low.length; x++) {
      const right = columns.share[x];
      const topLeft = (above + columns.low[x]) * channels;
      const topRight = (above + columns.high[x]) * channels;
      const bottomLeft = (below + columns.low[x]) * channels;
      const bottomRight = (below + columns.high[x]) * channels;
      for (let c = 0; c < 3; c++) {
        const top = data[topLeft + c] + right * (data[topRight + c] - data[topLeft + c]);
        const bottom = data[bottomLeft + c] + right * (data[bottomRight + c] - data[bottomLeft + c]);
        to[at++] = top + down * (bottom - top) + 0.5; // rounds: storing cuts off
      }
    }
  }
}

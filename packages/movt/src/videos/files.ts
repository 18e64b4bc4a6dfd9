import type * as v from 'valibot';
import { parseWith, real, record, whole } from '../validate.ts';

/** What a folder of videos' data holds; the clips of all three files are the same, in one order. */
export const TRACKS = 'tracks.safetensors';
export const PIXELS = 'pixels.safetensors';
export const VIDEO = 'video.safetensors';
export const COST = 'cost.json';
/** What the data were made of and how: who goes on with them must want the same. */
export const REQUEST = 'videos.json';

const amount = () => real('a number from 0', (value) => value >= 0);

const COST_ENTRIES = {
  /** Decoding, with opening the file. */
  decode_ms: amount(),
  /** The tracker, with reading its results back. */
  track_ms: amount(),
  /** Frames to VideoMAE's size. */
  resize_ms: amount(),
  /** PixT's pixels out of the frames. */
  sample_ms: amount(),
  klt_flops: amount(),
  klt_macs: amount(),
};

const CLIP_COST = record({ ...COST_ENTRIES, width: whole(1, 2 ** 20), height: whole(1, 2 ** 20) });
/** What one clip cost. */
export type ClipCost = v.InferOutput<typeof CLIP_COST>;

const VIDEO_COST = record({
  clips: whole(1, 2 ** 32),
  /** Of all clips together, as are the times and counts. */
  frames: whole(1, 2 ** 48),
  ...COST_ENTRIES,
  /** Pixels of a frame; the mean where clips differ. */
  width: amount(),
  height: amount(),
});
/** What all clips together cost, in milliseconds as measured on the machine that made them, and in counted operations. */
export type VideoCost = v.InferOutput<typeof VIDEO_COST>;

/** Reads `cost.json`. Throws bad_input with the key at fault. */
export const parseCost = (text: string, source: string): VideoCost =>
  parseWith(VIDEO_COST, parseJson(text), `reading ${source}`);

/** Reads a clip's line of a journal. Throws bad_input where it is cut off. */
export const parseClipCost = (line: string, source: string): ClipCost =>
  parseWith(CLIP_COST, parseJson(line), `reading ${source}`);

/** What is no JSON stays a text, which no schema takes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The sum over clips of `frames` frames each. */
export function sumCosts(costs: readonly ClipCost[], frames: number): VideoCost {
  const sum = (key: keyof ClipCost) => costs.reduce((total, cost) => total + cost[key], 0);
  return {
    clips: costs.length,
    frames: costs.length * frames,
    decode_ms: sum('decode_ms'),
    track_ms: sum('track_ms'),
    resize_ms: sum('resize_ms'),
    sample_ms: sum('sample_ms'),
    klt_flops: sum('klt_flops'),
    klt_macs: sum('klt_macs'),
    width: sum('width') / costs.length,
    height: sum('height') / costs.length,
  };
}

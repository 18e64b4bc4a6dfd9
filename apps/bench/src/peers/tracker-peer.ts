import type { TapVidMetrics } from '@movt/tracker';
import {
  annotatedQueries,
  scoreTracks,
  spreadPoints,
  type TimingClip,
  type TrackAnnotations,
} from '@movt/tracker/evaluate';
import type { FrameSource } from '@movt/tracker/frames';
import { type PeerProcess, startPeer } from './process.ts';
import type { TrackerPeerOperations } from './protocol.ts';

/** A tracker that a user would pick instead of ours, in a process of its own. Its calls reject with one line where it fails. */
export interface TrackerPeer {
  readonly name: string;
  readonly version: string;
  readonly adapter: string;
  /** The same as `evaluateTracker` does with ours. */
  evaluate(source: FrameSource, annotations: TrackAnnotations): Promise<TapVidMetrics>;
  /** The same as `timeTracker` measures of ours: from frames in memory to points in memory, without decoding. */
  time(clip: TimingClip, pointCounts: readonly number[]): Promise<number[]>;
  stop(): void;
}

/** OpenCV's calcOpticalFlowPyrLK; its package must be installed. */
export async function startOpenCv(): Promise<TrackerPeer> {
  const process: PeerProcess<TrackerPeerOperations> = startPeer({ file: 'opencv-klt.mjs' });
  const { version, adapter } = await process.load({});
  return {
    name: 'OpenCV.js',
    version,
    adapter,
    async evaluate(source, annotations) {
      const { width, height } = source;
      const queries = annotatedQueries(annotations);
      await process.prepare({ width, height, queries });
      const pixels: number[] = [];
      for await (const { data } of source) pixels.push(...(await process.run({ rgba: data })).points);
      return scoreTracks(annotations, Float32Array.from(pixels));
    },
    async time({ width, height, frames }, pointCounts) {
      const times: number[] = [];
      const pass = async (count: number) => {
        await process.prepare({ width, height, queries: spreadPoints(count, width, height) });
        let ms = 0;
        for (const rgba of frames) ms += (await process.run({ rgba })).ms;
        return ms / frames.length;
      };
      for (const count of pointCounts) {
        await pass(count); // Warm: Node compiles WebAssembly better while it runs.
        times.push(await pass(count));
      }
      return times;
    },
    stop: process.stop,
  };
}

import type { FrameSource, Sampling } from '@movt/tracker/frames';

// What routes know of videos. No runtime here: files and processes are behind it.

/** The most that an upload may bring; the worker's configuration has these among its limits. */
export interface VideoLimits {
  /** Bytes of a body that is no video. */
  readonly bodyBytes: number;
  readonly videoBytes: number;
  readonly videoSeconds: number;
  /** Of a clip. */
  readonly frames: number;
  /** Of a clip. */
  readonly points: number;
  /** Of one frame. */
  readonly pixels: number;
}

/** Which frames are used, as data: another process chooses them. `uniform` takes them as VideoMAE's authors do. */
export type FrameChoice = Exclude<Sampling, { kind: 'chosen' }> | { kind: 'uniform'; frames: number };

/** The part of a video that is used, in seconds, and which of its frames. */
export interface ClipChoice {
  readonly frames: FrameChoice;
  readonly start?: number;
  readonly end?: number;
}

/** A video that has been received whole. */
export interface StoredVideo {
  readonly bytes: number;
  /**
   * Decodes in a process of its own, once there is one to be had; frames come as they are asked for. The source must be read to its end or closed.
   * It may be opened again.
   * @throws Refusal 422 for what is no video, or above the limits, or kills, hangs or exhausts its decoder, then or while frames are read; 415 where
   * no decoder for it is installed; the signal's reason
   */
  open(choice: ClipChoice, signal?: AbortSignal): Promise<FrameSource>;
}

/** Room for one video, from before it is received until it is answered for. */
export interface VideoPlace {
  /** Keeps the bytes until `release`. Rejects with whatever `bytes` throws. */
  store(bytes: AsyncIterable<Uint8Array>): Promise<StoredVideo>;
  /** Gives the place back; the video and its decoders are gone. May be called again. */
  release(): Promise<void>;
}

/** Videos of strangers, a bounded number at a time. */
export interface Videos {
  /** Throws a Refusal of 503, with `retryAfter`, where there is no room. */
  admit(): VideoPlace;
  /** Ends every decoder and removes every file. */
  close(): Promise<void>;
}

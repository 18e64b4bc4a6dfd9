/** A clip as VideoMAE takes it: R, G, B of 0 … 255. It may be read from disk only when it is needed. */
export interface VideoClip {
  readonly T: number;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  /** [T, height, width, 3] */
  pixels(): Uint8Array | Promise<Uint8Array>;
}

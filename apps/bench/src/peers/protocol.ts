/** What passes between `bench peers` or `bench train` and a peer's process; apps/bench/peers/serve.mjs is the other end. Times are milliseconds. */

/** Sizes of a batch of full clips: no frame and no point is missing. Videos have no points. */
export interface ClipSizes {
  readonly batch: number;
  readonly frames: number;
  readonly points: number;
}

/** The model as a file, in a form that all peers read. */
export interface ModelFile {
  /** A preset's name; the part before its dash names the peers' file in models/. */
  readonly model: string;
  readonly config: unknown;
  /** Path of a checkpoint with PyTorch's names. */
  readonly weights: string;
}

export interface LoadRequest extends ModelFile {
  /** Path of the same model as ONNX. */
  readonly onnx: string;
}

/** AdamW, with PyTorch's betas and eps, after clipping. */
export interface Optimiser {
  readonly learningRate: number;
  /** Decoupled, of all weights. */
  readonly weightDecay: number;
  /** The norm to which all gradients together are clipped. */
  readonly maxNorm: number;
}

export interface TrainLoadRequest extends ModelFile {
  readonly optimiser: Optimiser;
}

export interface Loaded {
  readonly version: string;
  /** The adapter's name, or the processor with its number of threads; null where the peer cannot tell. */
  readonly adapter: string | null;
}

export interface Prepared {
  /** All that is done before the first run, which compiles in many peers and counts then. */
  readonly compile_ms: number;
}

export interface RunRequest extends ClipSizes {
  /** What the model takes: tracks [B,T,N,3], or videos [B,T,size,size,3] of 0 … 255. */
  readonly clips: Float32Array;
  readonly shape: readonly number[];
}

export interface TrainRequest extends RunRequest {
  /** The class of each clip. */
  readonly labels: Int32Array;
  /** Taken from the checkpoint on, all on this batch. */
  readonly steps: number;
}

export interface Ran {
  /** Predicting: [B,outputs]. Training: the loss and the norm of all gradients before the last step, and all weights after it. */
  readonly output: Float32Array;
  /** From the upload to the last value read back; in training of the last step, whose last values are the loss and the norm. */
  readonly ms: number;
  /** Null where they cannot be counted. */
  readonly dispatches: number | null;
}

/** What a peer's module hands to `servePeer`. */
export interface PeerOperations<Load extends ModelFile = LoadRequest, Request extends RunRequest = RunRequest> {
  load(request: Load): Promise<Loaded>;
  /** Asked once for a batch of a size, before its first run. */
  prepare(request: Request): Promise<Prepared>;
  run(request: Request): Promise<Ran>;
}

/** What a peer of the tracker does: it gets a video's frames one by one. */
export interface TrackerPeerOperations {
  load(request: object): Promise<{
    readonly version: string;
    readonly adapter: string;
  }>;
  /** Forgets what was before. */
  prepare(request: {
    readonly width: number;
    readonly height: number;
    readonly queries: readonly { readonly frame: number; readonly x: number; readonly y: number }[];
  }): Promise<object>;
  run(request: {
    /** RGBA [height, width, 4] */
    readonly rgba: Uint8Array;
  }): Promise<{
    /** [N,3] x, y in pixels and occluded. */
    readonly points: Float32Array;
    /** From the frame in the peer's memory to its points. */
    readonly ms: number;
  }>;
}

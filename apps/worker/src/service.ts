import type { GpuContext } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import type { ModelConfig, VideoClip } from 'movt';

// What routes know of serving. No HTTP here and no runtime: whoever implements it needs a GPU, whoever calls it needs none.

/** What a model takes: tracks (MovT), or frames (VideoMAE). */
export type Clip = Tracks | VideoClip;

/** A tensor as the protocol describes it; -1 is a size that may vary. The first is the batch. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: 'FP32' | 'UINT8' | 'INT64' | 'BYTES';
  readonly shape: readonly number[];
}

/** What is known of a model that is loaded. */
export interface ModelDescription {
  readonly config: ModelConfig;
  /** Names of the outputs; null for values and for classes without names. */
  readonly classes: readonly string[] | null;
  readonly task: 'classification' | 'regression';
  /** What a clip is. */
  readonly takes: 'tracks' | 'video';
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly parameters: number;
  /** Clips that run together at the most. */
  readonly maxBatch: number;
}

/** Open Inference Protocol's states, as Triton spells them. */
export type ModelState = 'LOADING' | 'READY' | 'UNLOADING' | 'UNAVAILABLE';

/** A version of a model, in the repository's index. */
export interface ModelStatus {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  /** Why it is not ready; '' where it is. */
  readonly reason: string;
  /** Null unless it is ready. */
  readonly description: ModelDescription | null;
}

/** Clips for one model, answered together and accepted or refused as one. */
export interface InferRequest {
  readonly model: string;
  /** The latest that is ready where left out. */
  readonly version?: string;
  /** Checked before any work is done: one that the model cannot take is a Refusal of 422 that names it by its place. */
  readonly clips: readonly Clip[];
  /** E_F too. */
  readonly features: boolean;
  /** On the clock of `performance.now()`: the request is refused with 503 where it cannot begin before. */
  readonly deadline: number;
  /** A request that is aborted leaves the queue; its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface InferAnswer {
  readonly model: string;
  readonly version: string;
  /** Logits or values, one [outputs] a clip. */
  readonly outputs: readonly Float32Array[];
  /** E_F, one [width] a clip; null where they were not asked for. */
  readonly features: readonly Float32Array[] | null;
  readonly timing: {
    readonly queueMs: number;
    readonly computeMs: number;
    /** Clips of all requests that ran together. */
    readonly batch: number;
  };
}

/** How often, and how long in all: as in Triton's statistics. */
export interface Duration {
  count: number;
  ns: number;
}

/** Triton's statistics of a model's version. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 for never. */
  readonly lastInference: number;
  /** Clips that were answered. */
  readonly inferenceCount: number;
  /** Batches that ran. */
  readonly executionCount: number;
  readonly pending: number;
  readonly success: Duration;
  readonly fail: Duration;
  readonly queue: Duration;
  readonly computeInput: Duration;
  readonly computeInfer: Duration;
  readonly computeOutput: Duration;
  readonly batches: readonly { readonly batchSize: number; readonly computeInfer: Duration }[];
}

/** Where the service is in its life. `recovering`: the device was lost and is being made anew. */
export type ServiceState = 'starting' | 'ready' | 'recovering' | 'draining' | 'stopped';

/** Models on a device, behind bounded queues. Calls may be made together. */
export interface Service {
  readonly state: ServiceState;
  /** Adapter, or '' before there is one. */
  readonly adapter: string;
  /** Resolves once every model of the repository has been tried for the first time. */
  readonly started: Promise<void>;
  /** Every version that the repository holds, ready or not. */
  models(): readonly ModelStatus[];
  /** One of them, the latest ready one where no version is given. Throws a Refusal: 404 for a model or version that is none or is not on the device, 503 for one that is being loaded. */
  model(name: string, version?: string): ModelStatus & { readonly description: ModelDescription };
  /**
   * Loads a model anew from the repository, every version that its folder holds now; requests that were accepted are answered by what they were
   * accepted for.
   * @throws Refusal 404 where the folder holds no such model, 400 where its files are none
   */
  load(name: string): Promise<void>;
  /**
   * Loads all models anew, and those that are new in the repository; those that are gone from it are unloaded. What cannot be loaded stays as it
   * was, or is UNAVAILABLE with the reason.
   */
  reload(): Promise<void>;
  /** Takes a model off the device once its accepted requests are answered. Throws a Refusal of 404. */
  unload(name: string): Promise<void>;
  /** @throws Refusal 404, 413 for more clips than a request may have, 422, or 503 with `retryAfter` where the queue is full, the deadline cannot be kept, the device is lost or the service drains */
  infer(request: InferRequest): Promise<InferAnswer>;
  /** Importance of each of a clip's tracks for a class, [N], the largest 1. For models that take tracks. */
  importance(
    request: Omit<InferRequest, 'clips' | 'features'> & { readonly clip: Tracks; readonly output: number },
  ): Promise<Float32Array>;
  /**
   * Runs work on the device between batches, alone, when its turn among the models comes. Others wait meanwhile: hand in pieces, and let what they
   * queue on the device be done when they end.
   * @param work is given the context as it is then; another one than before where the device was lost in between
   * @throws Refusal 503 where the device is lost or the service drains and `work` was not begun; what `work` throws; the signal's reason
   */
  withDevice<T>(work: (context: GpuContext) => Promise<T>, signal?: AbortSignal): Promise<T>;
  statistics(): readonly ModelStatistics[];
  /** Bytes that live on the device. */
  gpuBytes(): number;
  /** Takes no more requests; resolves once every accepted one is answered. */
  drain(): Promise<void>;
  /** Drains and gives the device back. */
  destroy(): Promise<void>;
}

import type { DispatchInfo, GpuClock, Span } from '@movt/kernels';
import { computed, signal } from '@preact/signals';

/** Where the work is done. */
export type Where =
  | { readonly kind: 'looking' }
  /** On this machine's GPU: nothing leaves it. `software`: a processor that stands in for a GPU. */
  | { readonly kind: 'here'; readonly adapter: string; readonly software: boolean }
  /** On the server, to which the video is sent, and why. */
  | { readonly kind: 'server'; readonly why: string };

export interface Failure {
  readonly title: string;
  readonly detail: string;
  /** The server may still be able to do it. */
  readonly serverMay: boolean;
}

/** Points through the frames that are known so far: [T,N,3] x, y in pixels and occluded. */
export interface KnownTracks {
  readonly pixels: Float32Array;
  readonly T: number;
  readonly N: number;
}

export interface RankedClass {
  readonly label: string;
  readonly probability: number;
}

/** A part of the way from the file to the answer, and how long it took. */
export interface StageTime {
  readonly name: string;
  readonly ms: number;
}

/** Where the time of one prediction went: milliseconds from its beginning. */
export interface RunProfile {
  readonly stages: readonly Span[];
  /** One a dispatch; null where the GPU does not tell. */
  readonly gpu: readonly Span[] | null;
  readonly dispatches: readonly DispatchInfo[];
  readonly clock: GpuClock | null;
  readonly note: string | null;
}

/** A clip as it is shown. */
export interface ShownClip {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** 0 where unknown. */
  readonly fps: number;
  /** Frames that it will have. */
  readonly T: number;
  /** What the sample is known to show; null of other clips. */
  readonly truth: string | null;
}

export const where = signal<Where>({ kind: 'looking' });
/** What is going on, in words, and the share that is done; null where nothing is. */
export const work = signal<{ readonly words: string; readonly share: number | null } | null>(null);
export const failure = signal<Failure | null>(null);
/** What is said to those who do not see the page. */
export const announced = signal('');

/** Names of the models that the server has, and the one that was chosen. */
export const serverModels = signal<readonly string[]>([]);
export const serverModel = signal<string | null>(null);

export const clip = signal<ShownClip | null>(null);
export const frames = signal<readonly ImageBitmap[]>([]);
export const tracks = signal<KnownTracks | null>(null);
/** Of a model that tells classes, best first. */
export const answer = signal<readonly RankedClass[] | null>(null);
/** Of a model that tells values. */
export const values = signal<readonly number[] | null>(null);
export const importance = signal<ArrayLike<number> | null>(null);
/** Finds out the importance of each track, where that is still to be asked for. */
export const explain = signal<(() => Promise<void>) | null>(null);
export const stageTimes = signal<readonly StageTime[]>([]);
export const profile = signal<RunProfile | null>(null);
export const warnings = signal<readonly string[]>([]);
/** Whether there is an answer, and nothing more to come. */
export const isDone = computed(() => (answer.value ?? values.value) !== null && work.value === null);

/** The frame that is asked for; what is shown is `shown`, since a clip may be shorter than the one before. */
export const wanted = signal(0);
export const known = computed(() => Math.max(frames.value.length, tracks.value?.T ?? 0));
export const shown = computed(() => Math.max(0, Math.min(wanted.value, known.value - 1)));
export const playing = signal(false);
export const colouring = signal<'time' | 'importance'>('time');

/** Forgets the last clip. */
export function reset(): void {
  for (const bitmap of frames.value) bitmap.close();
  frames.value = [];
  clip.value =
    tracks.value =
    answer.value =
    values.value =
    importance.value =
    explain.value =
    profile.value =
    failure.value =
      null;
  stageTimes.value = [];
  warnings.value = [];
  wanted.value = 0;
  playing.value = false;
  colouring.value = 'time';
}

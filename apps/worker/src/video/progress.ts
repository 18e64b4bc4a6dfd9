import type { FailureEvent, PredictAnswer, StageEvent, TrackAnswer, TracksEvent } from '../schemas/v1.ts';

/** What is told of work on a video while it goes on; the last one is an answer or an error. */
export type WorkEvent =
  | { readonly event: 'stage'; readonly data: StageEvent }
  | { readonly event: 'tracks'; readonly data: TracksEvent }
  | { readonly event: 'answer'; readonly data: PredictAnswer | TrackAnswer }
  | { readonly event: 'error'; readonly data: FailureEvent };

export type Tell = (event: WorkEvent) => void;

/** Milliseconds between two reports of one stage; its end is always told. */
const EVERY_MS = 100;

/** Tells of stages, not more often than somebody can see. */
export function stageTeller(tell: Tell): (stage: StageEvent['stage'], done: number, total: number) => void {
  let last: StageEvent['stage'] | undefined;
  let told = 0;
  return (stage, done, total) => {
    const now = performance.now();
    if (stage === last && done !== total && now - told < EVERY_MS) return;
    [last, told] = [stage, now];
    tell({ event: 'stage', data: { stage, done, total } });
  };
}

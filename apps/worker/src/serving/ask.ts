import { Refusal } from '../refusal.ts';
import type { InferRequest } from '../service.ts';
import type { Item } from './backlog.ts';
import type { Clock } from './clock.ts';
import type { Answer, LoadedModel, Work } from './loaded-model.ts';
import type { Done } from './queue.ts';
import { checkCount, checkFinite, refusalOf } from './refusals.ts';
import type { Scheduler } from './scheduler.ts';
import type { Counters } from './statistics.ts';
import type { ReadyVersion } from './versions.ts';

/** A clip in the queue of the model that it was accepted for. */
export interface Asked {
  readonly model: LoadedModel;
  readonly counters: Counters;
  readonly work: Work;
}

/** Whom a request is for, and until when. */
export type Request = Pick<InferRequest, 'model' | 'version' | 'deadline' | 'signal'>;

export interface AskerOptions {
  readonly submit: Scheduler<Asked, Answer>['submit'];
  readonly clock: Clock;
  /** Clips of a request at the most. */
  readonly most: number;
  /** The refusal of what a lost device took along. */
  lost(): Refusal;
  /** The version that a request is for. Throws a Refusal where it cannot be asked now. */
  admit(request: Request): ReadyVersion;
}

/**
 * Runs works of one request together, and counts it.
 * @param prepare what is to be done between checking and queueing: the works as they are queued
 * @throws Refusal as Service.infer
 */
export type Ask = (
  request: Request,
  works: readonly Work[],
  prepare?: (version: ReadyVersion) => Promise<readonly Work[]>,
) => Promise<Done<Answer> & { readonly version: string }>;

export function createAsker({ submit, clock, most, lost, admit }: AskerOptions): Ask {
  const itemsOf = (works: readonly Work[], { loaded: { model }, counters }: ReadyVersion): Item<Asked>[] =>
    works.map((work, i) => ({ ...model.item(work, `clip ${i}`), value: { model, counters, work } }));

  return async (request, works, prepare) => {
    const began = clock.now();
    const { deadline, signal } = request;
    let version = admit(request);
    try {
      checkCount(works.length, most);
      let items = itemsOf(works, version);
      if (prepare) {
        const prepared = await inTime(prepare(version), deadline, signal, clock);
        // Meanwhile the model may have been loaded anew, or be gone.
        version = admit(request);
        items = itemsOf(prepared, version);
      }
      const done = await submit({ queue: version.loaded.queue, items, deadline, signal });
      checkFinite(done.results.map(({ output }) => output));
      const executions = new Set(done.results.map(({ execution }) => execution));
      version.counters.answered(works.length, clock.now() - began, done.queueMs, executions);
      return { ...done, version: version.version };
    } catch (error) {
      version.counters.failed(clock.now() - began);
      throw refusalOf(error, lost);
    }
  };
}

/** Seconds after which what was being prepared may be there. */
const PREPARING_RETRY = 5;

/** Waits for `work` until the deadline or until the signal; it goes on after that, for whoever asks next. */
function inTime<T>(work: Promise<T>, deadline: number, signal: AbortSignal | undefined, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const refuse = () => {
      const message = 'preparing a request: got no time left, need a later deadline. Ask again.';
      reject(new Refusal(503, message, PREPARING_RETRY));
    };
    const leave = () => reject(signal?.reason);
    const cancel = deadline === Infinity ? () => {} : clock.after(Math.max(0, deadline - clock.now()), refuse);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave);
    work.then(resolve, reject).finally(() => {
      cancel();
      signal?.removeEventListener('abort', leave);
    });
  });
}

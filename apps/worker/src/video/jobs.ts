import { Refusal } from '../refusal.ts';
import type { JobAnswer, StageEvent } from '../schemas/v1.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { failureOf } from './failure.ts';
import type { Tell } from './progress.ts';
import type { Task } from './task.ts';

export interface JobsOptions {
  /** That are worked on; more are refused. */
  readonly running?: number;
  /** Milliseconds that a job is kept once it is over. */
  readonly keepMs?: number;
  /** Of answers, as JSON; beyond it those that have been over for longest go before their time. */
  readonly keptBytes?: number;
  readonly log: (line: object) => void;
}

export interface Job {
  readonly id: string;
  readonly events: EventLog;
  /** What is known of it now. */
  describe(): JobAnswer;
}

/** Work that no open request waits for. */
export interface Jobs {
  /** Throws a Refusal of 503 where too many are being worked on. */
  checkRoom(): void;
  /** Works on a task that has been received, and releases it. */
  start(task: Task): Job;
  /** @throws Refusal 404 for one that never was, was cancelled, or is over for too long */
  find(id: string): Job;
  /** Ends and forgets one. Throws a Refusal of 404. */
  cancel(id: string): void;
  /** Resolves when none is worked on. */
  finish(): Promise<void>;
}

interface Kept extends Job {
  readonly controller: AbortController;
  /** Null while it is worked on. */
  over: { at: number; bytes: number } | null;
}

/** Nothing is done by timers: whoever asks next finds what is still there. */
export function createJobs(options: JobsOptions): Jobs {
  const { running = 64, keepMs = 600_000, keptBytes = 64 * 2 ** 20, log } = options;
  const jobs = new Map<string, Kept>();
  /** Cancelled ones among them, until they have let go of what they hold. */
  const working = new Set<Promise<void>>();

  const forgetOld = () => {
    const over = [...jobs.values()].filter((job) => job.over !== null);
    let bytes = over.reduce((sum, job) => sum + job.over!.bytes, 0);
    for (const { id, over: end } of over.sort((a, b) => a.over!.at - b.over!.at)) {
      if (performance.now() - end!.at <= keepMs && bytes <= keptBytes) return;
      bytes -= end!.bytes;
      jobs.delete(id);
    }
  };
  const find = (id: string): Kept => {
    forgetOld();
    const job = jobs.get(id);
    if (job) return job;
    const shown = id.replace(/[^\w-]/g, '').slice(0, 40);
    throw new Refusal(
      404,
      `finding a job: got '${shown}', need the id of one that is neither cancelled nor long over.`,
    );
  };

  return {
    checkRoom() {
      if (working.size < running) return;
      throw new Refusal(503, `starting a job: got ${working.size} that are worked on, need fewer than ${running}.`, 5);
    },
    start(task) {
      forgetOld();
      const id = crypto.randomUUID();
      const created = Date.now();
      const events = createEventLog();
      const controller = new AbortController();
      const known: { -readonly [Key in keyof JobAnswer]: JobAnswer[Key] } = {
        id,
        task: task.kind,
        state: 'queued',
        created,
      };

      const tell: Tell = (event) => {
        if (event.event === 'stage') known.stage = event.data satisfies StageEvent;
        known.state = 'running';
        events.add(event);
      };
      const work = async () => {
        let bytes = 0;
        try {
          const answer = await task.work(tell, controller.signal);
          // What showed tracks holds them twice, as events and in the answer.
          bytes = 2 * JSON.stringify(answer).length;
          known.answer = answer;
          known.state = 'succeeded';
          events.add({ event: 'answer', data: answer });
        } catch (error) {
          known.failure = failureOf(error, controller.signal);
          known.state = 'failed';
          if (known.failure.status === 500) log({ level: 'error', event: 'job', job: id, error: stackOf(error) });
          events.add({ event: 'error', data: known.failure });
        } finally {
          events.end();
          job.over = { at: performance.now(), bytes };
          await task.release().catch((error) => log({ level: 'error', event: 'job', job: id, error: stackOf(error) }));
        }
      };
      const job: Kept = { id, events, controller, over: null, describe: () => ({ ...known }) };
      jobs.set(id, job);
      const going = work().finally(() => working.delete(going));
      working.add(going);
      return job;
    },
    find,
    cancel(id) {
      const job = find(id);
      jobs.delete(id);
      job.controller.abort(new DOMException('the job was cancelled', 'AbortError'));
    },
    async finish() {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : `${error}`;
}

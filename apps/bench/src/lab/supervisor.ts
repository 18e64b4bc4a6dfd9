import { type ChildProcess, fork } from 'node:child_process';
import { type ErrorCode, MovtError } from '@movt/kernels';
import type { Reply, TaskName, Tasks } from './tasks.ts';

/** The measuring process gave no answer: it hung and was killed, or it died. */
export class NoAnswerError extends MovtError {
  readonly reason: 'timeout' | 'error';

  constructor(reason: 'timeout' | 'error', message: string) {
    super('device_lost', message);
    this.reason = reason;
  }
}

/** Has tasks done in a process that can be killed: a kernel that never ends takes no one else with it. */
export interface Supervisor {
  /**
   * @throws NoAnswerError after the time limit, and when the process dies; the next task gets a new process.
   * @throws MovtError that the task itself threw.
   */
  ask<Name extends TaskName>(name: Name, task: Tasks[Name][0]): Promise<Tasks[Name][1]>;
  /** Ends the process; the next task gets a new one. */
  close(): void;
}

/** Opening the adapter, measuring its ceilings, reading a spec: a software adapter on a busy machine takes a while. */
const SETUP_LIMIT_MS = 180_000;

/**
 * @param timeLimitMs for measuring a kernel; what else is asked is ours, and has `SETUP_LIMIT_MS`
 * @param command the `bench` command, which is started again, on the adapter that was chosen for it
 */
export function createSupervisor(timeLimitMs: number, command = process.argv[1]): Supervisor {
  let child: ChildProcess | undefined;
  const close = () => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    close,
    async ask(name, task) {
      child ??= startWorker(command);
      const worker = child;
      let limit: NodeJS.Timeout | undefined;
      try {
        const reply = await new Promise<Reply>((resolve, reject) => {
          const ms = name === 'measure' ? timeLimitMs : SETUP_LIMIT_MS;
          const complaint = `no answer within ${ms / 1000} s: it hangs, or needs a longer --time-limit`;
          limit = setTimeout(() => reject(new NoAnswerError('timeout', complaint)), ms);
          worker.once('message', (message) => resolve(message as Reply));
          worker.once('exit', (code, signal) =>
            reject(new NoAnswerError('error', `the process that measured it died (${signal ?? `exit code ${code}`})`)),
          );
          worker.once('error', reject);
          worker.send({ name, task });
        });
        if ('answer' in reply) return reply.answer as never;
        const { code, message } = reply.error;
        throw code ? new MovtError(code as ErrorCode, message) : new Error(message);
      } catch (error) {
        close();
        throw error;
      } finally {
        clearTimeout(limit);
        worker.removeAllListeners();
      }
    },
  };
}

/** What drivers have to say on standard error is not the user's concern. */
function startWorker(command: string): ChildProcess {
  return fork(command, ['kernel-worker'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

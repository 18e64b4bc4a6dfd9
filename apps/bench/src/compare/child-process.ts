import { fork } from 'node:child_process';
import { MovtError } from '@movt/kernels';
import type { Action, Answer, Ask, Reply } from './protocol.ts';

/** A kernel this slow hangs, as far as a comparison is concerned. */
const TIME_LIMIT_MS = 60_000;
/** What a process said last is enough to see why it ended. */
const TOLD_CHARACTERS = 2000;

/** A process that runs a bundle of registry-child.ts or own-child.ts. */
export interface Child {
  /**
   * Asks one thing; wait for the answer before asking the next.
   *
   * @throws MovtError what was thrown there; `device_lost` as well when the process ended or took too long, and is gone.
   */
  ask<A extends Action>(action: A, ask: Ask<A>): Promise<Answer<A>>;
  readonly alive: boolean;
  stop(): void;
}

/** What is started. */
export interface Side {
  /** Names it in errors and tables. */
  readonly label: string;
  /** A bundle of build-child.ts. */
  readonly file: string;
  readonly args?: readonly string[];
}

/** Starts a process. */
export function startChild({ label, file, args = [] }: Side, timeLimitMs = TIME_LIMIT_MS): Child {
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let told = '';
  let alive = true;
  let settle: ((reply: Reply) => void) | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    told = (told + text).slice(-TOLD_CHARACTERS);
  });
  child.on('message', (reply: Reply) => settle?.(reply));
  const end = (message: string) => {
    alive = false;
    settle?.({ error: { code: 'device_lost', message } });
  };
  child.on('error', ({ message }) => end(`${label}: ${message}`));
  child.on('close', (code, signal) => end(`${label}: its process ended (${signal ?? code}): ${told.trim()}`));
  const stopWithParent = () => child.kill('SIGKILL');
  process.on('exit', stopWithParent);
  return {
    get alive() {
      return alive;
    },
    async ask(action, ask) {
      if (!alive) throw new MovtError('device_lost', `${label}: its process has ended: ${told.trim()}`);
      const reply = await new Promise<Reply>((resolve) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL');
          end(`${label}: no answer to '${action}' in ${timeLimitMs / 1000} s`);
        }, timeLimitMs);
        settle = (reply) => {
          clearTimeout(timer);
          settle = undefined;
          resolve(reply);
        };
        child.send({ action, ...ask }, (error) => {
          if (error) end(`${label}: ${error.message}`);
        });
      });
      if ('error' in reply) throw new MovtError(reply.error.code, reply.error.message);
      return reply.answer as Answer<typeof action>;
    },
    stop() {
      alive = false;
      process.off('exit', stopWithParent);
      child.kill('SIGKILL');
    },
  };
}

import type { Admission } from '../operations/admission.ts';
import type { DeferredService } from './deferred-service.ts';
import type { Listener } from './listen.ts';

export interface ShutdownParts {
  readonly service: DeferredService;
  readonly admission: Admission;
  readonly listener: Listener;
  /** Work that no open request waits for, such as jobs. */
  readonly finish: readonly (() => Promise<void>)[];
  readonly drainMs: number;
  readonly log: (line: object) => void;
}

/**
 * Stops a server in order: not ready any more, and no more work let in; every accepted request answered; then the socket is closed and the
 * device given back. The socket stays open meanwhile, so that a load balancer which asks is told, and not refused.
 *
 * @returns whether all of it was done within `drainMs`; where it was not, what was left has been cut
 */
export async function shutDown({
  service,
  admission,
  listener,
  finish,
  drainMs,
  log,
}: ShutdownParts): Promise<boolean> {
  const since = performance.now();
  service.announceDrain();
  const answered = admission.close();
  log({ level: 'info', event: 'draining', inFlight: admission.inFlight, drainMs });
  const inOrder = async () => {
    await answered;
    await Promise.all(finish.map((work) => work()));
    await service.drain();
    await listener.close();
    await service.destroy();
  };
  const isDone = await within(drainMs, inOrder());
  if (!isDone) {
    log({ level: 'error', event: 'drain timed out', inFlight: admission.inFlight, drainMs });
    listener.cut();
  }
  log({ level: 'info', event: 'stopped', ms: Math.round(performance.now() - since) });
  return isDone;
}

/** Whether `work` ends in time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

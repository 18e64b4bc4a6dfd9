import type { GpuContext } from '@movt/kernels';
import type { Clock } from './clock.ts';

export interface DeviceOptions {
  /** Opens a context: at first, and anew after each loss. */
  open(): Promise<GpuContext>;
  /** Called at once when the device is lost: nothing that it was asked for will come. */
  onLost(reason: string): void;
  /** Puts back what was on the device. */
  restore(context: GpuContext): Promise<void>;
  readonly clock: Clock;
  log(line: object): void;
}

/** A GPU that comes back when it is lost. */
export interface Device {
  /** The newest; it may be lost. */
  readonly context: GpuContext;
  /** From a loss until all is put back. */
  readonly isLost: boolean;
  /** Gives the device back, and tries no more to get one. */
  close(): void;
}

/** Pauses between attempts at a new device double from the first to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Opens a device and watches it. After a loss it is opened again, as often as it takes.
 * @throws what `open` throws the first time: no adapter, say
 */
export async function keepDevice({ open, onLost, restore, clock, log }: DeviceOptions): Promise<Device> {
  let context = await open();
  let isLost = false;
  let isClosed = false;

  function watch(watched: GpuContext): void {
    void watched.device.lost.then(({ reason, message }) => {
      if (!isClosed) void recover(message || reason);
    });
  }

  async function recover(reason: string): Promise<void> {
    isLost = true;
    log({ event: 'device lost', adapter: context.adapter.name, reason });
    onLost(reason);
    const began = clock.now();
    for (let pauseMs = FIRST_PAUSE_MS; !isClosed; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      context.destroy();
      try {
        await reopen();
        if (isClosed) return;
        isLost = false;
        log({ event: 'device back', adapter: context.adapter.name, ms: Math.round(clock.now() - began) });
        return watch(context);
      } catch (error) {
        log({ event: 'device not back', error: error instanceof Error ? error.message : String(error) });
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
      }
    }
  }

  async function reopen(): Promise<void> {
    const next = await open();
    if (isClosed) return next.destroy();
    context = next;
    await restore(next);
  }

  watch(context);
  return {
    get context() {
      return context;
    },
    get isLost() {
      return isLost;
    },
    close() {
      isClosed = true;
      context.destroy();
    },
  };
}

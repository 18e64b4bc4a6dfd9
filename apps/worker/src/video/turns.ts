import { DeviceLostError, type GpuContext } from '@movt/kernels';
import type { Service } from '../service.ts';

/** The context as it is at first, and turns on it: where the device is lost meanwhile, what was on it is gone. */
export async function takeTurns(service: Pick<Service, 'withDevice'>, signal?: AbortSignal) {
  const context: GpuContext = await service.withDevice(async (now) => now, signal);
  const turn = async (work: () => Promise<void>) => {
    let going: Promise<void> | undefined;
    const begin = (now: GpuContext) => {
      if (now !== context) throw new DeviceLostError('tracking points', 'unknown', '');
      going = work();
      return going;
    };
    try {
      await service.withDevice(async (now) => begin(now), signal);
    } finally {
      // Who is cancelled is told at once; the buffers that are in use have to outlive the turn.
      await going?.catch(() => {});
    }
  };
  return { context, turn };
}

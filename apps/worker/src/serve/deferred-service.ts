import { Refusal } from '../refusal.ts';
import type { Service } from '../service.ts';

/** Seconds: models are read and kernels compiled in about that. */
const START_S = 2;

/** A service that can be asked before it is there, and that says `draining` as soon as the server is to stop. */
export interface DeferredService extends Service {
  /** The service is there: from now on it is asked. */
  arrive(service: Service): void;
  /** From now on `state` is `draining`; what is under way goes on. */
  announceDrain(): void;
}

/** Stands in for a service that is still being made: no models, not ready, 503 for work. */
export function deferredService(): DeferredService {
  let service: Service | undefined;
  let draining = false;
  let begin: (made: Promise<void>) => void = () => {};
  const allTried = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const started = (): Service => {
    if (!service) throw new Refusal(503, 'the server is starting: its models are not loaded yet', START_S);
    return service;
  };
  return {
    get state() {
      const state = service?.state ?? 'starting';
      return draining && state !== 'stopped' ? 'draining' : state;
    },
    get adapter() {
      return service?.adapter ?? '';
    },
    started: allTried,
    models: () => service?.models() ?? [],
    model: (name, version) => started().model(name, version),
    load: async (name) => await started().load(name),
    reload: async () => await started().reload(),
    unload: async (name) => await started().unload(name),
    infer: async (request) => await started().infer(request),
    importance: async (request) => await started().importance(request),
    withDevice: async (work, signal) => await started().withDevice(work, signal),
    statistics: () => service?.statistics() ?? [],
    gpuBytes: () => service?.gpuBytes() ?? 0,
    drain: async () => await service?.drain(),
    destroy: async () => await service?.destroy(),
    arrive(made) {
      service = made;
      begin(made.started);
    },
    announceDrain() {
      draining = true;
    },
  };
}

import type { Service } from '../service.ts';

/** Loads every model anew, one after another; one that cannot be is logged, and keeps answering as it did. */
export async function reloadAll(service: Service, log: (line: object) => void): Promise<void> {
  const names = new Set(service.models().map(({ name }) => name));
  for (const name of names) {
    const since = performance.now();
    try {
      await service.load(name);
      log({ level: 'info', event: 'reloaded', model: name, ms: Math.round(performance.now() - since) });
    } catch (error) {
      log({ level: 'error', event: 'reload-failed', model: name, error: (error as Error).message });
    }
  }
}

import { DeviceLostError, type GpuContext } from '@movt/kernels';
import type { Checkpoint, ModelConfig } from 'movt';
import { Refusal } from '../refusal.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Repository } from './repository.ts';
import type { Version, Versions } from './versions.ts';

export interface KeeperOptions {
  readonly repository: Repository;
  readonly versions: Versions;
  context(): GpuContext;
  loadModel(context: GpuContext, checkpoint: Checkpoint<ModelConfig>): LoadedModel;
  /** Resolves once the requests that wait in a queue are answered. */
  retire(queue: string): Promise<void>;
  log(line: object): void;
}

/** Brings models onto the device and takes them off, one after the other. */
export interface Keeper {
  /** Loads all that the repository holds, and forgets what it holds no more. What fails is UNAVAILABLE, with the reason, or stays as it was. */
  loadAll(): Promise<void>;
  /** As Service.load. */
  load(name: string): Promise<void>;
  /** As Service.unload. */
  unload(name: string): Promise<void>;
  /** Puts all that was loaded onto a new device. Throws where that is lost too. */
  putBack(context: GpuContext): Promise<void>;
  /** Resolves once nothing is being loaded. */
  settled(): Promise<void>;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function createKeeper({ repository, versions, context, loadModel, retire, log }: KeeperOptions): Keeper {
  let last: Promise<unknown> = Promise.resolve();
  let loadings = 0;

  /** Runs `work` once what was asked for before is over. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  async function bring(
    checkpoint: Checkpoint<ModelConfig>,
    onto: GpuContext,
    name: string,
  ): Promise<Version['loaded']> {
    onto.assertAlive(`loading ${name}`);
    const model = loadModel(onto, checkpoint);
    try {
      // A driver may never answer what was asked of a device that it lost.
      await Promise.race([model.warmUp(), lossOf(onto, `loading ${name}`)]);
      onto.assertAlive(`loading ${name}`);
    } catch (error) {
      if (!onto.lost) await model.destroy();
      throw error;
    }
    return { model, queue: `${name} (${++loadings})` };
  }

  /** Takes a loading off the device once its requests are answered. */
  async function takeOff(loaded: Version['loaded']): Promise<void> {
    if (!loaded) return;
    await retire(loaded.queue);
    await loaded.model.destroy().catch((error) => log({ event: 'model not freed', error: messageOf(error) }));
  }

  /** Loads a version from the repository in place of what is there, which goes on answering what it accepted. */
  async function loadVersion(version: Version): Promise<void> {
    const name = `${version.name} version ${version.version}`;
    const began = performance.now();
    const before = version.loaded;
    if (!before) Object.assign(version, { state: 'LOADING', reason: '' });
    try {
      const checkpoint = await repository.read(version.name, version.version);
      // If the device is lost from here on, what is put back is the old model, or else this one.
      version.checkpoint ??= checkpoint;
      version.loaded = await bring(checkpoint, context(), name);
      Object.assign(version, { checkpoint, state: 'READY', reason: '' });
    } catch (error) {
      log({ event: 'model not loaded', model: version.name, version: version.version, error: messageOf(error) });
      if (!before && !(error instanceof DeviceLostError)) {
        Object.assign(version, { checkpoint: null, state: 'UNAVAILABLE', reason: messageOf(error) });
      }
      throw error;
    }
    void takeOff(before);
    const ms = Math.round(performance.now() - began);
    log({ event: 'model ready', model: version.name, version: version.version, ms });
  }

  async function drop(version: Version): Promise<void> {
    const { loaded } = version;
    Object.assign(version, { state: 'UNLOADING', reason: 'it is being unloaded', loaded: null, checkpoint: null });
    await takeOff(loaded);
  }

  /** Loads these, and forgets those of `known` that are not among them; returns what went wrong. */
  async function bringUpToDate(listed: readonly { name: string; version: string }[], known: readonly Version[]) {
    const wanted = listed.map(({ name, version }) => versions.ensure(name, version));
    const faults: unknown[] = [];
    for (const version of wanted) await loadVersion(version).catch((error) => faults.push(error));
    for (const version of known.filter((one) => !wanted.includes(one))) {
      versions.forget(version);
      void drop(version);
    }
    return faults;
  }

  return {
    loadAll: () =>
      inTurn(async () => {
        await bringUpToDate(await repository.list(), [...versions.all()]);
      }),
    load: (name) =>
      inTurn(async () => {
        const listed = (await repository.list()).filter((one) => one.name === name);
        if (listed.length === 0) throw versions.unknown(name);
        const faults = await bringUpToDate(listed, [...versions.of(name)]);
        if (faults.length === 0) return;
        if (faults.some((fault) => fault instanceof DeviceLostError)) {
          throw new Refusal(503, `loading ${name}: the device was lost meanwhile. Ask again.`, 5);
        }
        throw new Refusal(400, `loading ${name}: ${faults.map(messageOf).join('; ')}`);
      }),
    unload: (name) =>
      inTurn(async () => {
        const known = versions.of(name);
        if (known.length === 0) throw versions.unknown(name);
        await Promise.all(known.map(drop));
        for (const version of known) Object.assign(version, { state: 'UNAVAILABLE', reason: 'unloaded' });
      }),
    putBack: (onto) =>
      inTurn(async () => {
        for (const version of versions.all()) {
          const { name, checkpoint } = version;
          if (!checkpoint) continue;
          try {
            version.loaded = await bring(checkpoint, onto, `${name} version ${version.version}`);
            Object.assign(version, { state: 'READY', reason: '' });
          } catch (error) {
            onto.assertAlive('putting models back');
            Object.assign(version, { state: 'UNAVAILABLE', reason: messageOf(error), checkpoint: null });
          }
        }
      }),
    settled: () => inTurn(async () => undefined),
  };
}

async function lossOf({ device }: GpuContext, action: string): Promise<never> {
  const { reason, message } = await device.lost;
  throw new DeviceLostError(action, reason, message);
}

import type { Checkpoint, ModelConfig } from 'movt';
import { Refusal } from '../refusal.ts';
import type { ModelState, ModelStatus } from '../service.ts';
import type { LoadedModel } from './loaded-model.ts';
import { type Counters, createCounters } from './statistics.ts';

/** A version of a model, on the device or not. */
export interface Version {
  readonly name: string;
  readonly version: string;
  state: ModelState;
  reason: string;
  /** What is put back after a loss of the device; null where nothing is. */
  checkpoint: Checkpoint<ModelConfig> | null;
  /** On the device, with the queue that its requests wait in: each loading has a queue of its own. */
  loaded: { readonly model: LoadedModel; readonly queue: string } | null;
  readonly counters: Counters;
}

/** A version that answers. */
export interface ReadyVersion extends Version {
  loaded: NonNullable<Version['loaded']>;
}

/** All versions that are known, by name and number. */
export interface Versions {
  /** In the order of the repository. */
  all(): readonly Version[];
  of(name: string): readonly Version[];
  /** The one of these, new where it was not known. */
  ensure(name: string, version: string): Version;
  forget(version: Version): void;
  /** The Refusal of 404 for a name that is none. */
  unknown(name: string): Refusal;
  /**
   * The latest that is ready where no version is given. Throws a Refusal: 404 for one that is not known or was not brought onto the device, 503
   * for one that is being loaded: only that is worth waiting for.
   */
  ready(name: string, version?: string): ReadyVersion;
}

/** Seconds after which it is worth asking again for a model that is loading. */
const LOADING_RETRY = 5;

export function createVersions(): Versions {
  const known: Version[] = [];

  const of = (name: string) => known.filter((one) => one.name === name);

  function unknown(name: string): Refusal {
    const names = [...new Set(known.map((one) => one.name))];
    const needed = names.length > 0 ? `one of ${names.slice(0, 20).join(', ')}` : 'a model, and there is none here';
    return new Refusal(404, `looking for a model: got ${shown(name)}, need ${needed}.`);
  }

  function knownOf(name: string, version: string | undefined): readonly Version[] {
    const versions = of(name);
    if (versions.length === 0) throw unknown(name);
    const found = version === undefined ? versions : versions.filter((one) => one.version === version);
    if (found.length > 0) return found;
    const numbers = versions.map((one) => one.version).join(', ');
    throw new Refusal(404, `looking for a model: got version ${shown(version!)} of ${name}, need one of ${numbers}.`);
  }

  return {
    all: () => known,
    of,
    unknown,
    ensure(name, version) {
      const found = known.find((one) => one.name === name && one.version === version);
      if (found) return found;
      const counters = createCounters();
      const made: Version = {
        name,
        version,
        state: 'LOADING',
        reason: '',
        checkpoint: null,
        loaded: null,
        counters,
      };
      known.push(made);
      return made;
    },
    forget(version) {
      const at = known.indexOf(version);
      if (at >= 0) known.splice(at, 1);
    },
    ready(name, version) {
      const found = [...knownOf(name, version)].sort((a, b) => Number(b.version) - Number(a.version));
      const ready = found.find(isReady);
      if (ready) return ready;
      const [{ state, reason, ...latest }] = found;
      const given = `version ${latest.version}, which is ${state}${reason ? ` (${reason})` : ''}`;
      const message = `asking ${name}: got ${given}, need one that is READY.`;
      if (state === 'LOADING') throw new Refusal(503, message, LOADING_RETRY);
      throw new Refusal(404, `${message} POST /v2/repository/models/${name}/load loads it.`);
    },
  };
}

const isReady = (version: Version): version is ReadyVersion => version.state === 'READY' && version.loaded !== null;

/** A client's word as a message shows it. */
const shown = (word: string) => JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);

/** A version as the repository's index has it. */
export function statusOf({ name, version, state, reason, loaded }: Version): ModelStatus {
  return { name, version, state, reason, description: state === 'READY' && loaded ? loaded.model.description : null };
}

import type { GpuContext } from '@movt/kernels';
import { Refusal } from '../refusal.ts';
import type { Clip, Service, ServiceState } from '../service.ts';
import { type Asked, createAsker } from './ask.ts';
import { type Clock, systemClock } from './clock.ts';
import { keepDevice } from './device.ts';
import { createKeeper } from './keeper.ts';
import { type Answer, type ClipLimits, loadModel, type Work } from './loaded-model.ts';
import type { Done } from './queue.ts';
import { inMemory, refusalOf } from './refusals.ts';
import type { Repository } from './repository.ts';
import { createScheduler } from './scheduler.ts';
import { createVersions, statusOf } from './versions.ts';

export interface ServiceOptions {
  readonly repository: Repository;
  /** Opens a new context: once to begin with, and after each loss of the device. */
  gpu(): Promise<GpuContext>;
  /** `clips` of one request at the most. */
  readonly limits: ClipLimits & { readonly clips: number };
  readonly batching: {
    /** Clips that run together at the most; a device may allow fewer. */
    readonly maxBatch: number;
    /** How long a clip waits for company while the device is idle. */
    readonly maxDelayMs: number;
    /** Clips that wait for a model at the most. */
    readonly maxQueue: number;
  };
  log(line: object): void;
  readonly clock?: Clock;
}

/** What is handed the device between batches. All of it waits in one queue, which gets as much of the device as a model. */
interface Turn {
  turn(): Promise<void>;
}

const TURNS = 'turns';

/** Seconds after which a client that was refused by a service that drains may find another. */
const DRAINING_RETRY = 2;

/**
 * Opens the device and loads the models of a repository in the background: each is READY once it is warm.
 * @throws MovtError `no_adapter` where there is no device, bad_input where the repository cannot be read at all
 */
export async function createService({
  repository,
  gpu,
  limits,
  batching,
  log,
  clock = systemClock,
}: ServiceOptions): Promise<Service> {
  let state: ServiceState = 'starting';
  /** Of the last time that models were brought onto a device: as long may the next take. */
  let restoreMs = 1000;
  const versions = createVersions();
  for (const { name, version } of await repository.list()) versions.ensure(name, version);

  const lost = () => {
    const seconds = Math.max(1, Math.min(60, Math.ceil(restoreMs / 1000)));
    return new Refusal(503, 'answering: the device was lost and is being opened again. Ask again later.', seconds);
  };

  const scheduler = createScheduler<Asked | Turn, Answer | null>({
    ...batching,
    clock,
    async execute(_, values) {
      const [first] = values;
      if ('turn' in first) {
        await first.turn();
        return [null];
      }
      const asked = values as readonly Asked[];
      const { model, counters } = first;
      const answers = await model.execute(asked.map(({ work }) => work));
      counters.ran(answers[0].execution);
      return answers;
    },
  });

  const keeper = createKeeper({
    repository,
    versions,
    context: () => device.context,
    loadModel: (context, checkpoint) => loadModel(context, checkpoint, limits, batching.maxBatch),
    retire: scheduler.idle,
    log,
  });

  const device = await keepDevice({
    open: gpu,
    clock,
    log,
    onLost() {
      scheduler.refuseAll(lost);
      for (const version of versions.all()) {
        if (!version.loaded) continue;
        void scheduler.idle(version.loaded.queue);
        Object.assign(version, { loaded: null, state: 'LOADING', reason: 'the device was lost' });
      }
    },
    async restore(context) {
      const began = clock.now();
      await keeper.putBack(context);
      restoreMs = clock.now() - began;
    },
  });

  async function loadAtFirst(): Promise<void> {
    const began = clock.now();
    await keeper.loadAll().catch((error) => log({ event: 'models not loaded', error: String(error) }));
    restoreMs = clock.now() - began;
    if (state === 'starting') state = 'ready';
  }

  /** Throws a Refusal where nothing can be asked of the device now. */
  function checkOpen(action: string): void {
    if (state === 'draining' || state === 'stopped') {
      throw new Refusal(503, `${action}: the service is ${state}. Ask another.`, DRAINING_RETRY);
    }
    if (device.isLost) throw lost();
  }

  const ask = createAsker({
    submit: (job) => scheduler.submit(job) as Promise<Done<Answer>>,
    clock,
    lost,
    most: Math.min(limits.clips, batching.maxQueue),
    admit({ model, version }) {
      checkOpen(`asking ${model}`);
      return versions.ready(model, version);
    },
  });

  const started = loadAtFirst();

  async function drain(): Promise<void> {
    if (state !== 'stopped') state = 'draining';
    await scheduler.idle();
  }

  return {
    get state() {
      return device.isLost && (state === 'ready' || state === 'starting') ? 'recovering' : state;
    },
    get adapter() {
      return device.context.adapter.name;
    },
    started,
    models: () => versions.all().map(statusOf),
    model(name, version) {
      const ready = versions.ready(name, version);
      return { ...statusOf(ready), description: ready.loaded.model.description };
    },
    load: keeper.load,
    unload: keeper.unload,
    reload: keeper.loadAll,
    async infer({ clips, features, ...request }) {
      const kind = features ? 'features' : 'outputs';
      const worksOf = (some: readonly Clip[]) => some.map((clip): Work => ({ ask: kind, clip }));
      const read = async () => worksOf(await Promise.all(clips.map((clip, i) => inMemory(clip, `clip ${i}`))));
      const isVideo = clips.some((clip) => 'pixels' in clip);
      const { results, version, ...timing } = await ask(request, worksOf(clips), isVideo ? read : undefined);
      return {
        model: request.model,
        version,
        outputs: results.map(({ output }) => output),
        features: features ? results.map((answer) => answer.features!) : null,
        timing,
      };
    },
    async importance({ clip, output, ...request }) {
      const works: Work[] = [{ ask: 'importance', clip, output }];
      const { results } = await ask(request, works, async ({ loaded }) => {
        await loaded.model.prepareImportance();
        return works;
      });
      return results[0].output;
    },
    async withDevice<T>(work: (context: GpuContext) => Promise<T>, signal?: AbortSignal) {
      checkOpen('taking a turn on the device');
      let made: { result: T } | undefined;
      const turn = async () => {
        made = { result: await work(device.context) };
      };
      const items = [{ bucket: TURNS, capacity: 1, value: { turn } }];
      await scheduler.submit({ queue: TURNS, items, deadline: Infinity, signal }).catch((error) => {
        throw refusalOf(error, lost);
      });
      return made!.result;
    },
    statistics: () =>
      versions.all().map(({ name, version, loaded, counters }) => {
        return { name, version, pending: loaded ? scheduler.pending(loaded.queue) : 0, ...counters.read() };
      }),
    gpuBytes: () => device.context.liveBytes,
    drain,
    async destroy() {
      await drain();
      state = 'stopped';
      device.close();
      await keeper.settled();
    },
  };
}

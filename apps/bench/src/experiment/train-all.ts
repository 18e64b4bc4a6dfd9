import { badInput, type GpuContext } from '@movt/kernels';
import { minutes, type Progress } from 'movt/progress';
import type { EpochProgress } from 'movt/train';
import { createForecast } from './forecast.ts';
import { type RunRequest, runKey } from './request.ts';
import { readStored, type Trained, trained } from './trained.ts';
import type { Workspace } from './workspace.ts';

/** What a study's training needs besides the runs. */
export interface TrainAllOptions {
  /** Called once, and only where something is left to train. */
  readonly context: () => Promise<GpuContext>;
  /** The command line, for the runs' notes. */
  readonly command: string;
  readonly progress: Progress;
}

/** Lines of progress on something that is no terminal are at least this far apart. */
const LINE_MS = 30_000;

/**
 * Trains a list of models, one after the other, and says how far it is; those that the workspace has are read.
 * @returns one for each request, in their order
 */
export async function trainAll(
  workspace: Workspace,
  requests: readonly RunRequest[],
  { context, command, progress }: TrainAllOptions,
): Promise<Trained[]> {
  const forecast = createForecast();
  const runs = new Map(requests.map((request) => [runKey(request), request]));
  const done = new Map<string, Trained>();
  const left = new Map<string, { request: RunRequest; epochs: number }>();
  for (const [key, request] of runs) {
    const stored = await readStored(workspace, request);
    const last = stored?.history.at(-1);
    if (last) forecast.saw(request, last.clips_per_s);
    if (stored?.trained) done.set(key, stored.trained);
    else left.set(key, { request, epochs: request.settings.epochs - (stored?.history.length ?? 0) });
  }
  if (done.size > 0) progress.note(`${done.size} of ${runs.size} models are trained already`);
  for (const [key, { request }] of [...left]) {
    progress.stage(`model ${done.size + 1} of ${runs.size}: ${request.name}`);
    const onStep = teller(request, progress, (epochs, clipsPerSecond) => {
      forecast.saw(request, clipsPerSecond);
      left.set(key, { request, epochs });
      return forecast.left([...left.values()])!;
    });
    const model = await trained(await context(), workspace, request, command, onStep);
    left.delete(key);
    done.set(key, model);
    const rest = forecast.left([...left.values()]);
    progress.replace(`${request.name}: ${model.history.length} epochs${rest ? `, ${minutes(rest)} left in all` : ''}`);
  }
  return requests.map((request) => done.get(runKey(request))!);
}

/** Tells how far a run is: at each step on a terminal, twice a minute elsewhere. */
function teller(
  { settings }: RunRequest,
  progress: Progress,
  leftMs: (epochs: number, clipsPerSecond: number) => number,
): (progress: EpochProgress) => void {
  let told = performance.now();
  return ({ epoch, done, clips, loss, clipsPerSecond }) => {
    const epochs = settings.epochs - (epoch - 1) - done / clips;
    const rest = `${minutes(leftMs(epochs, clipsPerSecond))} left in all`;
    const detail = `epoch ${epoch}/${settings.epochs}, loss ${loss.toFixed(4)}, ${clipsPerSecond.toFixed(0)} clips/s, ${rest}`;
    progress.advance(done, clips, detail);
    if (performance.now() - told < LINE_MS) return;
    progress.replace(detail);
    told = performance.now();
  };
}

/**
 * The models of a list that a workspace has.
 * @param fix the command that trains them, for the message
 * @throws MovtError bad_input where one is missing
 */
export async function readAll(workspace: Workspace, requests: readonly RunRequest[], fix: string): Promise<Trained[]> {
  const found = await Promise.all(requests.map(async (request) => (await readStored(workspace, request))?.trained));
  const missing = requests.filter((_, i) => !found[i]);
  if (missing.length > 0) {
    throw badInput({
      action: `reading the results in ${workspace.folder}`,
      given: `${requests.length - missing.length} of ${requests.length} models (not ${missing[0].name})`,
      needed: 'all of them',
      fix,
    });
  }
  return found.map((model) => model!);
}

/** Of some lists of models those that a workspace has whole. */
export async function readWhole(
  workspace: Workspace,
  lists: readonly (readonly RunRequest[])[],
): Promise<readonly Trained[][]> {
  const read = lists.map((requests) =>
    Promise.all(requests.map(async (request) => (await readStored(workspace, request))?.trained)),
  );
  return (await Promise.all(read)).flatMap((models) => (models.every((model) => model) ? [models as Trained[]] : []));
}

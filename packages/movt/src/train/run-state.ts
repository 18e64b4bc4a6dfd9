import { badInput } from '@movt/kernels';
import { elementCount, float32Entry, type Safetensors, type TensorEntry, toFloat32 } from '@movt/kernels/safetensors';
import type { Task } from '../checkpoint.ts';
import type { Weights } from '../init.ts';
import { type ModelConfig, modelOf, parseModelConfig } from '../models.ts';
import type { FitState } from './fit.ts';
import { parseSettings, type TrainSettings } from './settings.ts';

/** What a run is: all that decides its numbers, and how it was begun. */
export interface Run {
  readonly config: ModelConfig;
  readonly task: Task;
  readonly classes: readonly string[] | null;
  readonly settings: TrainSettings;
  /** Its clips: where they were read from, and the SHA-256 of what was there. */
  readonly data: { readonly path: string; readonly sha256: string };
  /** The checkpoint that it began from; null for weights drawn by the seed. */
  readonly from: string | null;
  /** The command line. */
  readonly command: string;
  /** Another adapter rounds differently. */
  readonly adapter: string;
}

const KINDS = ['weights', 'moment1', 'moment2'] as const;

/** A run and where it is, as one safetensors file: a tensor for each parameter and moment, the rest as JSON in its metadata. */
export function encodeRunState(run: Run, { history, trainer }: FitState): Safetensors {
  const tensors = new Map<string, TensorEntry>();
  for (const kind of KINDS) {
    for (const { name, shape } of modelOf(run.config).parameters) {
      tensors.set(`${kind}.${name}`, float32Entry(shape, trainer[kind].get(name)!));
    }
  }
  const metadata = { run: JSON.stringify(run), history: JSON.stringify(history), steps: `${trainer.steps}` };
  return { tensors, metadata };
}

/**
 * Reads what `encodeRunState` wrote.
 * @throws MovtError bad_input for a file that it did not write
 */
export function decodeRunState({ tensors, metadata }: Safetensors, source: string): { run: Run; state: FitState } {
  const run = parseRun(metadata.run, source);
  const history = parseJson(metadata.history, source);
  const { parameters } = modelOf(run.config);
  const read = (kind: (typeof KINDS)[number]): Weights =>
    new Map(
      parameters.map(({ name, shape }) => {
        const entry = tensors.get(`${kind}.${name}`);
        if (entry?.dtype !== 'F32' || elementCount(entry.shape) !== elementCount(shape)) {
          throw notAState(source, `no ${kind}.${name} F32 [${shape}]`);
        }
        return [name, toFloat32(entry)];
      }),
    );
  const steps = Number(metadata.steps);
  if (!Array.isArray(history) || !Number.isSafeInteger(steps)) throw notAState(source, 'no history or no steps');
  const trainer = { steps, weights: read('weights'), moment1: read('moment1'), moment2: read('moment2') };
  return { run, state: { history, trainer } };
}

/** A run from its JSON; the parts that numbers depend on are checked. Throws bad_input. */
export function parseRun(text: string | undefined, source: string): Run {
  const run = parseJson(text, source) as Partial<Run> | null;
  if (!run?.data || !run.settings || !run.config) throw notAState(source, 'no run');
  return {
    ...(run as Run),
    config: parseModelConfig(run.config, source),
    settings: parseSettings(run.settings, source),
  };
}

function parseJson(text: string | undefined, source: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw notAState(source, text === undefined ? 'a file without metadata of a run' : 'metadata that is not JSON');
  }
}

const notAState = (source: string, given: string) =>
  badInput({ action: `reading ${source}`, given, needed: 'what a training run wrote there' });

import { badInput } from '@movt/kernels';
import { float32Entry, type Safetensors, type TensorEntry, toFloat32 } from '@movt/kernels/safetensors';
import type { MovtConfig } from './config.ts';
import type { Weights } from './init.ts';
import { isMovt, type ModelConfig, modelOf, parseModelConfig } from './models.ts';
import type { Parameter } from './parameters.ts';

/** What the outputs are: logits of classes, or values. */
export type Task = 'classification' | 'regression';

/** A model as it is stored: safetensors with PyTorch's state-dict names, and the rest as metadata. */
export interface Checkpoint<Config extends ModelConfig = MovtConfig> {
  config: Config;
  weights: Weights;
  task: Task;
  /** A name for each output, where the training data had names. */
  classes: readonly string[] | null;
}

/** At most this many faults are spelled out in one message. */
const SHOWN_FAULTS = 5;

function parseJson(text: string, key: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput({ action: `reading ${source}`, given: `metadata "${key}" that is not JSON`, needed: 'JSON' });
  }
}

function parseTask(task: string | undefined, source: string): Task {
  if (task === undefined) return 'classification';
  if (task === 'classification' || task === 'regression') return task;
  throw badInput({
    action: `reading ${source}`,
    given: `task = "${task.slice(0, 60)}"`,
    needed: '"classification" or "regression"',
  });
}

function parseClasses(text: string | undefined, outputs: number, source: string): string[] | null {
  if (text === undefined) return null;
  const classes = parseJson(text, 'classes', source);
  if (Array.isArray(classes) && classes.length === outputs && classes.every((name) => typeof name === 'string')) {
    return classes;
  }
  throw badInput({
    action: `reading ${source}`,
    given: Array.isArray(classes)
      ? `${classes.length} entries in metadata "classes"`
      : 'metadata "classes" without a list',
    needed: `${outputs} names, one for each output`,
  });
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** One error for all tensors that are missing, misshapen or unknown; `needed` says in words what should be there. */
export function checkShapes(
  expected: readonly Pick<Parameter, 'name' | 'shape'>[],
  tensors: ReadonlyMap<string, TensorEntry>,
  source: string,
  needed: string,
): void {
  const faults: string[] = [];
  for (const { name, shape } of expected) {
    const found = tensors.get(name);
    if (!found) faults.push(`no ${name} ${shapeText(shape)}`);
    else if (shapeText(found.shape) !== shapeText(shape)) {
      faults.push(`${name} ${shapeText(found.shape)} where the configuration asks for ${shapeText(shape)}`);
    }
  }
  const known = new Set(expected.map(({ name }) => name));
  for (const [name, { shape }] of tensors) {
    if (!known.has(name)) faults.push(`an unknown ${name.slice(0, 100)} ${shapeText(shape)}`);
  }
  if (faults.length === 0) return;
  const rest = faults.length - SHOWN_FAULTS;
  throw badInput({
    action: `reading ${source}`,
    given: faults.slice(0, SHOWN_FAULTS).join('; ') + (rest > 0 ? `; and ${rest} more` : ''),
    needed,
  });
}

/** A parameter's values; bad_input for one that is no number, since it would turn every answer into NaN without a word. */
export function readWeight(name: string, tensor: TensorEntry, source: string): Float32Array {
  const values = toFloat32(tensor, `${name} of ${source}`);
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return values;
  throw badInput({
    action: `reading ${source}`,
    given: `${name}[${index}] = ${values[index]}`,
    needed: 'finite weights',
  });
}

/**
 * The checkpoint in a safetensors file: all tensors of its configuration and no other, in F32, F16, BF16 or F64, all
 * finite. Metadata: `config` (JSON of MovtConfig), optional `task` and `classes` (JSON list).
 * @param source the file's name, for messages
 * @throws MovtError bad_input that names the tensor or the key at fault
 */
export function decodeModelCheckpoint({ tensors, metadata }: Safetensors, source: string): Checkpoint<ModelConfig> {
  if (metadata.config === undefined) {
    throw badInput({
      action: `reading ${source}`,
      given: 'no metadata "config"',
      needed: "the JSON of a model's configuration there",
      fix: 'Save it with metadata={"config": json.dumps(config)}.',
    });
  }
  const config = parseModelConfig(parseJson(metadata.config, 'config', source), source);
  const task = parseTask(metadata.task, source);
  const classes = parseClasses(metadata.classes, config.outputs, source);
  const { parameters } = modelOf(config);
  checkShapes(parameters, tensors, source, `the ${parameters.length} tensors of its configuration`);
  const weights: Weights = new Map();
  for (const { name } of parameters) weights.set(name, readWeight(name, tensors.get(name)!, source));
  return { config, weights, task, classes };
}

/** A checkpoint of MovT: see decodeModelCheckpoint. Throws bad_input for a model of another kind. */
export function decodeCheckpoint(file: Safetensors, source: string): Checkpoint {
  return onlyMovt(decodeModelCheckpoint(file, source), source);
}

/** The checkpoint, where it is MovT's; bad_input else. */
export function onlyMovt({ config, ...rest }: Checkpoint<ModelConfig>, source: string): Checkpoint {
  if (isMovt(config)) return { config, ...rest };
  throw badInput({ action: `reading ${source}`, given: `a model of another kind (${config.model})`, needed: 'a MovT' });
}

/** The tensors (F32) and metadata that `decodeModelCheckpoint` reads. */
export function encodeCheckpoint({ config, weights, task, classes }: Checkpoint<ModelConfig>): Safetensors {
  const tensors = modelOf(config).parameters.map(
    ({ name, shape }) => [name, float32Entry(shape, weights.get(name)!)] as const,
  );
  return {
    tensors: new Map(tensors),
    metadata: { config: JSON.stringify(config), task, ...(classes && { classes: JSON.stringify(classes) }) },
  };
}

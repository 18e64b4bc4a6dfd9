import type { Operand, PlanRecorder, PlanTensor } from '@movt/kernels';
import type { ParameterSlices } from './parameter-buffers.ts';

/** A matrix of the forward pass, with what the backward pass comes to know of it. */
export interface Value {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly tensor: Operand;
  /** Whether something that is trained, or the tracks where they are asked for, lies upstream. */
  readonly needsGradient: boolean;
  /**
   * Of a value that came out of ReLU (and dropout, which scaled it): consumers that can hand back the gradient of what went into ReLU do so and
   * set `gated`.
   */
  readonly gate?: { readonly activation: 'relu'; readonly scale: number };
  gated: boolean;
  /** Of a parameter that is a matrix of the pass by itself: where its gradient has to be. It has one consumer, `linear`. */
  readonly gradientPlace?: Operand;
  /** [rows, columns], as far as consumers have told. */
  gradient?: Operand;
}

/** A parameter [rows, columns] as a matrix of the pass: a learned table. */
export function parameterValue({ parameters }: Tape, name: string, rows: number, columns: number): Value {
  const needsGradient = parameters.isTrained(name);
  return {
    label: name,
    rows,
    columns,
    tensor: parameters.slice('weight', name),
    needsGradient,
    gated: false,
    ...(needsGradient && { gradientPlace: parameters.slice('gradient', name) }),
  };
}

/** The tensor of a value that is none of the parameters: it is made anew in each run. */
export function planTensorOf({ label, tensor }: Value): PlanTensor {
  if ('buffer' in tensor) throw new Error(`${label} is a parameter`);
  return tensor;
}

/** Dropout of a training pass. */
export interface Dropout {
  /** Probability that an element is dropped. */
  readonly p: number;
  /** u32 [2], see the dropout kernel. */
  readonly draw: PlanTensor;
}

/**
 * Records a model's forward pass into a plan, and with each operation what its backward pass is. An operation dispatches its forward kernels
 * at once and hands a closure to `record`; `backward` runs the closures from the last to the first. A closure finds the whole gradient in its
 * output, since all that consumed it was recorded later.
 */
export interface Tape {
  readonly plan: PlanRecorder;
  readonly parameters: ParameterSlices;
  /** Left out where there is no dropout. */
  readonly dropout: Dropout | undefined;
  /** Every tensor in the order of its making. */
  readonly tensors: readonly PlanTensor[];
  /** A number of its own for every dropout of the model. */
  nextDropoutLayer(): number;
  /** A tensor of `length` elements that the plan places. */
  tensor(label: string, length: number): PlanTensor;
  record(backward: () => void): void;
  backward(): void;
}

/** The same tape for a part of a model, whose parameters' names begin with `prefix` where the part knows nothing of that. */
export function prefixed(tape: Tape, prefix: string): Tape {
  const { parameters } = tape;
  return {
    ...tape,
    parameters: {
      slice: (kind, name) => parameters.slice(kind, prefix + name),
      isTrained: (name) => parameters.isTrained(prefix + name),
    },
  };
}

/** Starts a tape on a plan. */
export function createTape(plan: PlanRecorder, parameters: ParameterSlices, dropout: Dropout | undefined): Tape {
  const closures: (() => void)[] = [];
  const tensors: PlanTensor[] = [];
  let dropoutLayers = 0;
  return {
    plan,
    parameters,
    dropout,
    tensors,
    nextDropoutLayer: () => dropoutLayers++,
    tensor(label, length) {
      const made = plan.tensor(label, length);
      tensors.push(made);
      return made;
    },
    record: (backward) => void closures.push(backward),
    backward() {
      for (const closure of closures.reverse()) closure();
    },
  };
}

import { compulsoryBytes, type Kernel } from '@movt/kernels';

/** What a dispatch does. */
export interface Work {
  readonly name: string;
  readonly kernel: string;
  readonly macs: number;
  /** 2 a multiply-accumulate, 1 any other operation. */
  readonly flops: number;
  /** What must move at the least, each operation by itself. */
  readonly bytes: number;
}

/** One operation of a model. */
export interface Operation extends Work {
  /** Of those that no operation before it has used. */
  readonly parameters: number;
  /** What the thop profiler counts of it: see `Cost`. */
  readonly thop: { readonly macs: number; readonly parameters: number };
}

/** A number of operations, in 10⁹, and the parameters that are counted with it. */
export interface Count {
  readonly gops: number;
  readonly params: number;
}

/**
 * What a pass through a model costs, by three conventions that are never mixed:
 * - `thop`, the paper's: multiply-accumulates as the thop profiler (Lyken17/pytorch-OpCounter, since September 2022) finds them by hooks on
 *   PyTorch's modules: those of Linear and Conv without their biases, and for a norm 4 an element, 2 without parameters. Products of attention,
 *   torch.nn.MultiheadAttention and calls of F.linear have no such hook: they and their parameters count 0.
 * - `mac`: every multiply-accumulate.
 * - `flop`: 2·mac, and what is done element by element. Rates (GFLOP/s) count by this one only.
 */
export interface Cost {
  readonly thop: Count;
  readonly mac: Count;
  readonly flop: Count;
  readonly bytes: number;
  readonly operations: readonly Operation[];
}

/** A kernel's own declaration of what it does. */
export function workOf<Problem>(name: string, kernel: Kernel<Problem>, problem: Problem): Work {
  return {
    name,
    kernel: kernel.name,
    macs: kernel.macs?.(problem) ?? 0,
    flops: kernel.flops(problem),
    bytes: compulsoryBytes(kernel, problem),
  };
}

/** The same operation `count` times, which uses its parameters each time. */
export function repeated({ macs, flops, bytes, thop, ...operation }: Operation, count: number): Operation {
  return {
    ...operation,
    macs: macs * count,
    flops: flops * count,
    bytes: bytes * count,
    thop: { ...thop, macs: thop.macs * count },
  };
}

/** The cost of operations together. */
export function costOfOperations(operations: readonly Operation[]): Cost {
  const sum = (value: (operation: Operation) => number) =>
    operations.reduce((total, operation) => total + value(operation), 0);
  const params = sum(({ parameters }) => parameters);
  return {
    thop: { gops: sum(({ thop }) => thop.macs) / 1e9, params: sum(({ thop }) => thop.parameters) },
    mac: { gops: sum(({ macs }) => macs) / 1e9, params },
    flop: { gops: sum(({ flops }) => flops) / 1e9, params },
    bytes: sum(({ bytes }) => bytes),
    operations,
  };
}

import { halfToNumber, toHalf } from '../runtime/float16.ts';
import { elementType } from '../runtime/kernel.ts';
import { createRandom } from '../runtime/random.ts';
import { assertClose, type Tolerance } from './assert-close.ts';
import type { Arrays, KernelCheck } from './check-kernel.ts';

const DEFAULT_TOLERANCE: Tolerance = { rtol: 1e-5, atol: 1e-5 };

/** One problem with its numbers: what a kernel is given, and what it has to answer. */
export interface Question<Problem> {
  readonly problem: Problem;
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
  readonly expected: Arrays;
  /** See KernelCheck.doubtful. */
  readonly isDoubtful: ((output: string, i: number) => boolean) | undefined;
}

/** Sizes and flags of a problem on one line. */
export function describe(problem: unknown): string {
  return JSON.stringify(problem).replaceAll('"', '').replaceAll(',', ', ');
}

/** Draws inputs from the seed and works out the answer in float64: seconds for large problems. */
export function pose<Problem>(check: KernelCheck<Problem>, problem: Problem, seed: number): Question<Problem> {
  const inputs = drawInputs(check, problem, seed);
  const expected = check.reference(problem, inputs);
  return { problem, inputs, expected, isDoubtful: check.doubtful?.(problem, inputs, expected) };
}

/** Draws inputs for every `read` binding, and for those that are updated in place. */
function drawInputs<Problem>(
  check: KernelCheck<Problem>,
  problem: Problem,
  seed: number,
): Record<string, Float32Array | Uint32Array> {
  const random = createRandom(seed);
  const inputs: Record<string, Float32Array | Uint32Array> = {};
  for (const binding of check.kernel.bindings) {
    const { name, access, length } = binding;
    if ((access !== 'read' && !check.draw?.[name]) || length(problem) === 0) continue;
    const drawn = check.draw?.[name]?.(random, problem) ?? random.normal(length(problem));
    const type = elementType(binding, problem);
    // What is stored in half precision is rounded before the reference sees it: the kernel answers for its own error only.
    if (type === 'f16') inputs[name] = Float32Array.from(toHalf(drawn), halfToNumber);
    else inputs[name] = type === 'u32' ? Uint32Array.from(drawn) : Float32Array.from(drawn);
  }
  return inputs;
}

/** Throws unless every output is what the reference says, within the tolerance; names the worst element. */
export function assertAnswer<Problem>(
  { kernel }: KernelCheck<Problem>,
  { problem, expected, isDoubtful }: Question<Problem>,
  actual: Arrays,
  tolerance: Tolerance = DEFAULT_TOLERANCE,
  note = '',
): void {
  for (const [name, values] of Object.entries(expected)) {
    const compared = Array.from(actual[name] ?? [], (value, i) => (isDoubtful?.(name, i) ? values[i] : value));
    assertClose(compared, values, tolerance, `${kernel.name}.${name} ${describe(problem)} ${note}`.trimEnd());
  }
}

import { badInput } from '@movt/kernels';
import { kernelRegistry } from '@movt/kernels/registry';
import type { KernelCheck } from '@movt/kernels/testing';
import type { Subject } from '../measure/prepare.ts';

/** The most elements that one binding of a problem may have: the float64 reference has to be worked out. */
const MOST_ELEMENTS = 2 ** 26;

/**
 * The registry's kernel of that name.
 *
 * @throws MovtError `bad_input` when there is none, or it declares nothing to tune.
 */
export function tunableKernel(name: string): KernelCheck<unknown> {
  const found = kernelRegistry.find(({ kernel }) => kernel.name === name);
  if (found?.kernel.tuning) return found;
  const tunable = kernelRegistry.flatMap(({ kernel }) => (kernel.tuning ? kernel.name : []));
  throw badInput({ action: 'choosing a kernel to tune', given: name, needed: `one of ${tunable.join(', ')}` });
}

/**
 * The problem that `--shape` or `--problem` tells: `60x256x2048` is m × n × k of a matrix product, with a bias as in the registry;
 * JSON is a kernel's problem as it stands in its cases.
 *
 * @throws MovtError `bad_input` for anything else.
 */
export function readProblem(
  check: KernelCheck<unknown>,
  { shape, problem }: { readonly shape?: string | undefined; readonly problem?: string | undefined },
): Subject {
  const refuse = (given: string, needed: string) =>
    badInput({ action: `reading a problem of ${check.kernel.name}`, given, needed });
  if ((shape === undefined) === (problem === undefined)) {
    throw refuse(shape === undefined ? 'neither' : 'both', 'either --shape or --problem');
  }
  if (shape === undefined) return subjectOf(check, parse(problem!), refuse);
  const sizes = shape.match(/^(\d{1,6})[x×](\d{1,6})[x×](\d{1,6})$/);
  if (!sizes || check.kernel.name !== 'matmul')
    throw refuse(`--shape ${shape}`, 'MxNxK of matmul; --problem JSON for other kernels');
  const [m, n, k] = sizes.slice(1).map(Number);
  return subjectOf(check, { m, n, k, bias: true }, refuse);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
}

function subjectOf(
  check: KernelCheck<unknown>,
  problem: unknown,
  refuse: (given: string, needed: string) => Error,
): Subject {
  const { kernel, tolerance } = check;
  const example = `such as ${JSON.stringify(check.cases.find(({ bench }) => bench)?.problem)}`;
  if (typeof problem !== 'object' || problem === null) throw refuse(String(problem), `a JSON object, ${example}`);
  for (const { name, length } of kernel.bindings) {
    const elements = length(problem);
    // Only an output that is asked for tells that no size is missing or odd; a binding may be left out.
    if (!Number.isSafeInteger(elements) || elements < 0 || elements > MOST_ELEMENTS) {
      throw refuse(`${elements} elements of ${name}`, `whole sizes, at most ${MOST_ELEMENTS} elements, ${example}`);
    }
  }
  return { kernel, problem, check, ...(tolerance && { tolerance: tolerance(problem) }) };
}

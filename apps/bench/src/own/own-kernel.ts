import { basename } from 'node:path';
import { badInput, defineKernel, preprocess } from '@movt/kernels';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import type { KernelCheck } from '@movt/kernels/testing';
import type { Subject } from '../measure/prepare.ts';
import { findDeclarations, overrideDefaults } from './declarations.ts';
import { loadSpec } from './load-spec.ts';
import type { KernelSpec, SpecBinding } from './spec.ts';

const MOST_SOURCE_BYTES = 1 << 20;
/** Of one binding: inputs, expected values and what is read back are all held at once. */
const MOST_ELEMENTS = 2 ** 27;

/**
 * Makes of a WGSL file and its spec what the registry holds: a kernel with its check, once for each of the spec's problems.
 *
 * @throws MovtError `bad_input` when either cannot be read, or when they do not match.
 */
export async function ownSubjects(wgslPath: string, specPath: string): Promise<Subject<object>[]> {
  const source = new TextDecoder().decode(await readFileBytes(wgslPath, MOST_SOURCE_BYTES));
  const spec = await loadSpec(specPath);
  const name = basename(wgslPath).replace(/\.wgsl$/, '');
  const kernel = defineKernel<object>({
    name,
    bindings: spec.bindings.map((binding) => ({
      ...binding,
      length: (problem) => elementCount(binding, problem, specPath),
    })),
    params: (problem) => spec.params?.(problem) ?? [],
    variant(problem, traits) {
      const overrides = spec.overrides?.(problem, traits) ?? {};
      const [x, y = 1, z = 1] = spec.workgroups(problem, { ...overrideDefaults(source), ...overrides });
      if (![x, y, z].every((count) => Number.isSafeInteger(count) && count > 0)) {
        const needed = 'whole numbers from 1';
        throw badInput({ action: `planning ${name}`, given: `workgroups ${x}, ${y}, ${z}`, needed });
      }
      return { source, flags: spec.flags?.(problem, traits) ?? {}, overrides, workgroups: [x, y, z] };
    },
    flops: spec.flops,
    ...(spec.bytes ? { bytes: spec.bytes } : {}),
  });
  const check: KernelCheck<object> = {
    kernel,
    reference: (problem, inputs) => namedOutputs(spec, spec.reference(problem, inputs), specPath),
    cases: [],
    ...(spec.draw ? { draw: spec.draw } : {}),
  };
  return spec.problems.map((problem) => {
    const tolerance = spec.tolerance?.(problem);
    return { kernel, problem, check, ...(tolerance ? { tolerance } : {}) };
  });
}

function elementCount({ name, shape }: SpecBinding<object>, problem: object, specPath: string): number {
  const sizes = shape(problem);
  const count = sizes.reduce((product, size) => product * size, 1);
  if (Number.isSafeInteger(count) && count > 0 && count <= MOST_ELEMENTS) return count;
  throw badInput({
    action: `sizing '${name}' by ${specPath}`,
    given: `shape ${sizes.join(' × ')}`,
    needed: `whole numbers, at most ${MOST_ELEMENTS} elements in all`,
  });
}

/** A reference that forgets an output, or misspells it, would let anything pass. */
function namedOutputs(
  { bindings }: KernelSpec<object>,
  outputs: Record<string, ArrayLike<number>>,
  specPath: string,
): Record<string, ArrayLike<number>> {
  const needed = bindings.filter(({ access }) => access === 'read_write').map(({ name }) => name);
  const given = Object.keys(outputs);
  if (needed.every((name) => given.includes(name)) && given.length === needed.length) return outputs;
  throw badInput({
    action: `running the reference of ${specPath}`,
    given: given.join(', ') || 'nothing',
    needed: needed.join(', '),
  });
}

/**
 * Holds a spec's bindings against the `@group` and `@binding` declarations of the WGSL, as it is expanded for this problem.
 *
 * @throws MovtError `bad_input` that names every difference.
 */
export function assertBindingsMatch(
  { kernel, problem }: Subject<object>,
  traits: Parameters<typeof kernel.variant>[1],
): void {
  const { source, flags = {} } = kernel.variant(problem, traits);
  const declared = findDeclarations(expand(kernel.name, source, flags));
  const hasParams = kernel.params(problem, traits).length > 0;
  const expected = [
    ...kernel.bindings.map(({ name, access, type = 'f32' }) => ({ name, access, scalar: String(type) })),
    ...(hasParams ? [{ name: undefined, access: 'uniform', scalar: undefined }] : []),
  ];
  const differences: string[] = [];
  for (const [binding, wanted] of expected.entries()) {
    const found = declared.find((declaration) => declaration.group === 0 && declaration.binding === binding);
    const words = `@binding(${binding}) is ${[wanted.name ?? 'the params', wanted.access, wanted.scalar].filter(Boolean).join(' ')} in the spec`;
    if (!found) differences.push(`${words} and missing in the WGSL`);
    else if (
      (wanted.name && found.name !== wanted.name) ||
      found.access !== wanted.access ||
      (wanted.scalar && found.scalar && found.scalar !== wanted.scalar)
    ) {
      differences.push(
        `${words} and ${[found.name, found.access, found.scalar].filter(Boolean).join(' ')} in the WGSL`,
      );
    }
  }
  for (const { group, binding, name, access } of declared) {
    if (group !== 0 || !(binding < expected.length))
      differences.push(`@group(${group}) @binding(${binding}) ${name} ${access} of the WGSL is not in the spec`);
  }
  if (differences.length === 0) return;
  throw badInput({
    action: `matching ${kernel.name}.wgsl with its spec`,
    given: differences.join('; '),
    needed: 'the same name, access and element type at every binding',
  });
}

/** A flag that is missing is the spec's mistake. */
function expand(name: string, source: string, flags: Readonly<Record<string, boolean>>): string {
  try {
    return preprocess(name, source, flags);
  } catch (error) {
    const needed = '#if, #elif, #else and #endif, each alone on its line, on flags that the spec gives';
    throw badInput({ action: 'expanding the WGSL', given: (error as Error).message, needed });
  }
}

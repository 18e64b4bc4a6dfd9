import type { Variant } from '../runtime/kernel.ts';

/** A case in one of the forms that its kernel has on an adapter. */
export interface CaseForm {
  readonly variant: Variant;
  /** Which form it is: shaders of different forms say nothing of one another. */
  readonly form: string;
  /** Whether models run such a shape. */
  readonly bench: boolean;
}

/**
 * What is run of a kernel's cases where others show the rest: on Deno, whose run shows that naga and wgpu take the same WGSL as Tint and Dawn do;
 * and of the form of a CPU that this adapter is not. What takes the time is one shader after the other in the driver's compiler. So combinations
 * are left out: of each form there are the shaders that models run, and beyond them as few as hold every value of every flag and override. Cases
 * that share a shader with one of these are run too.
 */
export function fewestShaders<T extends CaseForm>(all: readonly T[]): T[] {
  const shaders = new Set<string>();
  const seen = new Set<string>();
  const gain = (run: T) => valuesOf(run).filter((value) => !seen.has(value)).length;
  const take = (run: T) => {
    shaders.add(shaderOf(run));
    for (const value of valuesOf(run)) seen.add(value);
  };
  for (const run of all) if (run.bench) take(run);
  for (;;) {
    const gains = all.map(gain);
    const most = Math.max(0, ...gains);
    if (most === 0) return all.filter((run) => shaders.has(shaderOf(run)));
    take(all[gains.indexOf(most)]);
  }
}

const shaderOf = ({ form, variant: { source, flags, overrides } }: CaseForm) =>
  JSON.stringify([form, source, flags, overrides]);

const valuesOf = ({ form, variant: { flags, overrides } }: CaseForm): string[] => [
  form,
  ...Object.entries({ ...flags, ...overrides }).map(([name, value]) => `${form} ${name} ${value}`),
];

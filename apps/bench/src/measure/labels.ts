import type { Variant } from '@movt/kernels';

/** Sizes and flags of a problem on one line: `m 60, n 256, bias`; a flag that is off and what is nested are left short. */
export function problemLabel(problem: unknown): string {
  return Object.entries(problem as object)
    .flatMap(([name, value]) => {
      if (value === false || value === undefined) return [];
      if (value === true) return [name];
      if (Array.isArray(value)) return [`${name}[${value.length}]`];
      return [typeof value === 'object' ? `${name} {${problemLabel(value)}}` : `${name} ${value}`];
    })
    .join(', ');
}

/** Flags that are on and overrides of a variant on one line. */
export function variantLabel({ flags = {}, overrides = {} }: Variant): string {
  const short = Object.entries(overrides).map(([name, value]) => [name, Number(value.toPrecision(4))]);
  return problemLabel({ ...flags, ...Object.fromEntries(short) });
}

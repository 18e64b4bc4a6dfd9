import { badInput } from '@movt/kernels';

/** Throws bad_input for a size that is no whole number of at least 1. */
export function checkSizes(action: string, sizes: object): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isSafeInteger(size) && size >= 1) continue;
    throw badInput({ action, given: `${name} = ${size}`, needed: 'a whole number of at least 1' });
  }
}

import { InvalidArgumentError } from 'commander';

/** Reads an option's whole number, at least `lowest`. */
export function wholeNumber(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= lowest) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${lowest}.`);
  };
}

/** Reads an option's list of whole numbers from 1, such as `1,32`. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map(wholeNumber(1));
}

/** Reads an option's number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

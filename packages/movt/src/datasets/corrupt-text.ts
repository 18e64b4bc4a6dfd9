import type { Random } from '@movt/kernels';

/** A text with one to four of its characters replaced by some of `alphabet`, in which '' takes one away: for tests of readers. */
export function corruptText(random: Random, text: string, alphabet: ArrayLike<string>): string {
  const characters = [...text];
  for (let edits = random.integer(1, 4); edits > 0; edits--) {
    characters[random.integer(0, characters.length - 1)] = alphabet[random.integer(0, alphabet.length - 1)];
  }
  return characters.join('');
}

import { complain } from '@movt/kernels';
import { Refusal, type RefusalStatus } from '../refusal.ts';

/** A refusal in one line: `action: got X, need Y. Fix.` */
export function refuse(
  status: RefusalStatus,
  action: string,
  given: string,
  needed: string,
  fix: string | undefined = undefined,
): Refusal {
  return new Refusal(status, complain({ action, given, needed, ...(fix !== undefined && { fix }) }));
}

/** Text of a stranger as a message shows it: quoted, and cut off where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** A shape as a message shows it; -1 is a size that may vary. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

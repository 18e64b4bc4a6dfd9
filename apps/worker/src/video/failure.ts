import { type ErrorCode, MovtError } from '@movt/kernels';
import { Refusal } from '../refusal.ts';
import type { FailureEvent } from '../schemas/v1.ts';

/** Our own errors that speak of the video or the tracks that were sent. */
const THEIR_FAULT: readonly ErrorCode[] = ['bad_input', 'limit_exceeded'];

/** Errors of tracking and decoding as refusals: what was sent is at fault, 422, or the device is away, 503. Others stay what they are. */
export function toRefusal(error: unknown): unknown {
  if (!(error instanceof MovtError)) return error;
  if (THEIR_FAULT.includes(error.code)) return new Refusal(422, error.message);
  if (error.code !== 'device_lost') return error;
  return new Refusal(503, 'working on the video: the GPU was lost and is being brought back. Try again.', 1);
}

/**
 * What a client is told of an error where the status of the response is out already.
 * @param signal of the work: where it is aborted, whatever failed, failed for that
 */
export function failureOf(error: unknown, signal: AbortSignal): FailureEvent {
  const refusal = toRefusal(error);
  if (refusal instanceof Refusal) {
    const { status, message, retryAfter } = refusal;
    return { status, error: message, ...(retryAfter !== undefined && { retryAfter }) };
  }
  if (signal.aborted) return { status: 499, error: 'cancelled' };
  return { status: 500, error: "internal error: the server's log tells more" };
}

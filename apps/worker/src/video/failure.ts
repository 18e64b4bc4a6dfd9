import { MovtError } from '@movt/kernels';
import { Refusal } from '../refusal.ts';

/** What a client is told of an error. */
export interface Failure {
  readonly status: number;
  readonly error: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/**
 * An error as HTTP has it: refusals as they are; of our own errors, what the client's video or tracks are at fault for is 422, a decoder that is missing
 * 415, a lost device 503. Anything else is 500, and its words are for the log alone.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { status, message, retryAfter } = error;
    return { status, error: message, ...(retryAfter !== undefined && { retryAfter }) };
  }
  if (error instanceof MovtError) {
    if (error.code === 'bad_input' || error.code === 'limit_exceeded') return { status: 422, error: error.message };
    if (error.code === 'missing_dependency') return { status: 415, error: error.message };
    if (error.code === 'device_lost') {
      return { status: 503, error: 'the GPU was lost and is being brought back: try again.', retryAfter: 1 };
    }
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { status: 499, error: 'the request was cancelled.' };
  }
  return { status: 500, error: 'an error of the server, which its log describes.' };
}

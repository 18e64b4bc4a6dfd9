import { type ErrorCode, MovtError } from '@movt/kernels';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Refusal } from '../refusal.ts';
import './variables.ts';

/** What an error is to whoever sent the request. */
export interface ErrorAnswer {
  readonly status: number;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Nobody foresaw it: its stack belongs in the log. */
  readonly unexpected: boolean;
}

/** Codes whose messages speak of what was sent; the others speak of the server. */
const STATUS_OF: Partial<Record<ErrorCode, number>> = { bad_input: 400, limit_exceeded: 413, not_finite: 422 };

/** Where the GPU is away for the moment. */
const GPU_AWAY: readonly ErrorCode[] = ['device_lost', 'no_adapter'];

/** How an error is answered. `left`: the client has gone, and whatever failed, failed for that. */
export function answerTo(error: unknown, { left, requestId }: { left: boolean; requestId: string }): ErrorAnswer {
  if (error instanceof Refusal) {
    const { status, message, retryAfter } = error;
    return { status, message: oneLine(message), ...(retryAfter !== undefined && { retryAfter }), unexpected: false };
  }
  if (left) return { status: 499, message: 'the client closed the connection', unexpected: false };
  if (error instanceof HTTPException && error.status < 500) {
    return { status: error.status, message: oneLine(error.message), unexpected: false };
  }
  if (error instanceof MovtError) {
    const status = STATUS_OF[error.code];
    if (status) return { status, message: oneLine(error.message), unexpected: false };
    if (GPU_AWAY.includes(error.code)) {
      return { status: 503, message: 'the GPU is not available: try again', retryAfter: 1, unexpected: true };
    }
  }
  const message = `internal error: the server's log tells more under request id ${requestId}`;
  return { status: 500, message, unexpected: true };
}

/** Answers errors in the protocol's form, {"error": "..."}. What nobody foresaw shows nothing of itself; accessLog() writes its stack. */
export const onError: ErrorHandler = (error, c) => {
  const left = c.req.raw.signal.aborted;
  const { status, message, retryAfter } = answerTo(error, { left, requestId: c.get('requestId') });
  if (retryAfter !== undefined) c.header('Retry-After', `${Math.max(1, Math.ceil(retryAfter))}`);
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  // The rest of the body is not wanted.
  if (status === 408 || status === 413) c.header('Connection', 'close');
  return c.json({ error: message }, status as ContentfulStatusCode);
};

/** Messages may quote what was sent: one line of them, and not all of a long one. */
function oneLine(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}

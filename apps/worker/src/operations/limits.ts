import type { MiddlewareHandler } from 'hono';
import type { Limits } from '../config.ts';
import { Refusal } from '../refusal.ts';
import { boundBody, LEAST_BYTES_PER_SECOND, tooLong } from './bounded-body.ts';
import { readPromptly } from './prompt-body.ts';

/**
 * Bounds every body in length and in the time that it may take: MOVT_MAX_VIDEO_BYTES below /v1/, where videos go, MOVT_MAX_BODY_BYTES
 * elsewhere. One that announces more is refused before a byte of it is read; others as they are read, chunked ones too, so that no more than
 * the limit is ever in memory. Short ones are read here, which spares them a stream: routes find them with `c.req.arrayBuffer()`.
 */
export function bodyLimit(limits: Pick<Limits, 'bodyBytes' | 'videoBytes'>, timeoutMs: number): MiddlewareHandler {
  /** At the least pace these are there in time. */
  const promptBytes = (timeoutMs / 1000) * LEAST_BYTES_PER_SECOND;
  return async function bodyLimit(c, next) {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const isVideo = c.req.path.startsWith('/v1/');
    const maxBytes = isVideo ? limits.videoBytes : limits.bodyBytes;
    const announced = c.req.header('content-length');
    if (announced !== undefined) {
      if (!/^\d{1,15}$/.test(announced))
        throw new Refusal(400, `Content-Length: got ${announced.slice(0, 40)}, need a number of bytes`);
      if (Number(announced) > maxBytes) throw tooLong(`${announced} bytes`, maxBytes);
      if (!isVideo && Number(announced) <= promptBytes) {
        await readPromptly(c, Number(announced), timeoutMs);
        return next();
      }
    }
    const { body } = c.req.raw;
    if (!body) return next();
    const bounded = boundBody(body, { maxBytes, timeoutMs });
    c.req.raw = new Request(c.req.raw, { body: bounded.stream, duplex: 'half' } as RequestInit);
    await next();
    // A route may have taken the broken stream for a broken document.
    if (bounded.refusal && c.error !== bounded.refusal && c.res.status >= 400) throw bounded.refusal;
  };
}

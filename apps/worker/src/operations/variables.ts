import type { Context } from 'hono';

declare module 'hono' {
  /** What middleware leaves for what comes after it. */
  interface ContextVariableMap {
    /** From requestId(). */
    requestId: string;
    /** From apiKeys(): the first digits of the key's SHA-256; undefined where no key was asked for. */
    keyId: string | undefined;
    /** From tracing: the trace that this request belongs to. */
    traceId: string | undefined;
    /** Called once the answer has gone out; see lifetime.ts. */
    atEnd: (() => void)[] | undefined;
  }
}

/** Whether a path is one of the protocol's that do work or tell of models: with all but server metadata and health. */
export function isProtected({ req }: Context): boolean {
  const path = req.path.length > 1 ? req.path.replace(/\/+$/, '') : req.path;
  if (req.method === 'OPTIONS') return false;
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  if (!isRead) return true;
  if (path === '/v2' || path.startsWith('/v2/health/')) return false;
  return /^\/v[12](\/|$)/.test(path);
}

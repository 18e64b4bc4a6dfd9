import { Hono } from 'hono';
import page from './browser.bundle';

/** What the page's routes need of whoever serves them. */
export interface PageDeps {
  /** The checkpoint (safetensors of a MovT) that browsers with WebGPU run; null where it is not to be handed out: then all videos are uploaded. Resolves to the same bytes as long as it is the same checkpoint. */
  readonly model: (() => Promise<Uint8Array<ArrayBuffer>>) | null;
}

const SECURITY = {
  // Nothing from elsewhere: what a page of this origin shows and where it sends a video is here.
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    // The decoder makes its workers out of its own text.
    'worker-src blob:',
    'img-src data: blob:',
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  // Isolated from other origins a browser tells the time in steps of 5 µs, not 100.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** May be kept, and is asked for again. */
const CHECKED = 'no-cache';
/** Its name changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** A file as it is sent. */
interface Served {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/**
 * `GET /` for whoever accepts text/html (the next handler gets the others), `GET /page/{file}` for what the page loads, and
 * `GET /page/model.safetensors`, which the page asks for with HEAD first: 404 tells it to upload. Paths in the page are relative: it may be served below any prefix that ends in a slash.
 */
export function pageRoutes({ model }: PageDeps): Hono {
  const app = new Hono();
  const packed = new Map<Served, Promise<Uint8Array<ArrayBuffer>>>();
  const files = new Map(page.files.map(({ name, type, text }) => [name, serve(text, type)]));
  const document = serve(page.html, 'text/html; charset=utf-8');
  let known: { bytes: Uint8Array; served: Promise<Served> } | undefined;

  const send = async (request: Request, file: Promise<Served>, cache: string): Promise<Response> => {
    const served = await file;
    const { bytes, type, etag } = served;
    const headers = new Headers({ ...SECURITY, 'Cache-Control': cache, ETag: etag, Vary: 'Accept, Accept-Encoding' });
    const asked = request.headers.get('If-None-Match')?.split(',') ?? [];
    // A proxy that packs a file marks its tag as weak.
    if (asked.some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, ''))))
      return new Response(null, { status: 304, headers });
    headers.set('Content-Type', type);
    if (!type.startsWith('text/') || !/\bgzip\b/.test(request.headers.get('Accept-Encoding') ?? '')) {
      return new Response(bytes, { headers });
    }
    headers.set('Content-Encoding', 'gzip');
    if (!packed.has(served)) packed.set(served, gzip(bytes));
    return new Response(await packed.get(served), { headers });
  };

  app.get('/', (c, next) => {
    const wantsPage = /\btext\/html\b/.test(c.req.header('Accept') ?? '');
    return wantsPage ? send(c.req.raw, document, CHECKED) : next();
  });
  app.get('/page/model.safetensors', async (c) => {
    if (!model) return c.json({ error: 'getting the model: this server does not hand it out' }, 404);
    const bytes = await model();
    // Hashed anew only where the model was loaded anew.
    if (known?.bytes !== bytes) known = { bytes, served: serve(bytes, 'application/octet-stream') };
    return send(c.req.raw, known.served, CHECKED);
  });
  app.get('/page/:file', (c) => {
    const file = files.get(c.req.param('file'));
    if (file) return send(c.req.raw, file, FOR_EVER);
    return c.json({ error: `getting ${c.req.path.slice(0, 100)}: the page has no such file` }, 404);
  });
  return app;
}

async function serve(content: string | Uint8Array<ArrayBuffer>, type: string): Promise<Served> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const tag = Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { bytes, type, etag: `"${tag}"` };
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Response(bytes).body!.pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

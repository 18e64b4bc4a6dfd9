import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { pageRoutes } from '../apps/worker/src/page/routes.ts';

export const SHIPPED_MODEL = 'packages/movt/models/motion-12.safetensors';

/** The page on a port of its own, with further routes; the shipped model is handed out unless told otherwise. */
export async function servePage(
  more: Hono = new Hono(),
  { handsOut = true } = {},
): Promise<{ url: string; close(): void }> {
  const model = new Uint8Array(await readFile(SHIPPED_MODEL));
  const app = new Hono().route('/', pageRoutes({ model: handsOut ? async () => model : null }));
  app.all('*', (c) => more.fetch(c.req.raw));
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { pageRoutes } from '../apps/worker/src/page/routes.ts';

export const SHIPPED_MODEL = 'packages/movt/models/motion-12.safetensors';

/** The page on a port of its own, with the shipped model, and with further routes. */
export async function servePage(more: Hono = new Hono()): Promise<{ url: string; close(): void }> {
  const model = new Uint8Array(await readFile(SHIPPED_MODEL));
  const app = new Hono().route('/', pageRoutes({ model: async () => model }));
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

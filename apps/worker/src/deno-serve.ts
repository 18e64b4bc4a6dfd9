/** dist/worker-deno-serve.mjs: the worker for `deno serve`, which listens by itself and says where. */
import process from 'node:process';
import { assemble } from './serve/assemble.ts';
import type { Fetch } from './serve/listen.ts';
import { main } from './serve/main.ts';

const EARLY = { error: 'the server is starting' };

let handler: Fetch = () => Response.json(EARLY, { status: 503, headers: { 'Retry-After': '1' } });

export default {
  fetch: (request: Request) => handler(request),
  onListen({ hostname, port }: { hostname: string; port: number }): void {
    // What `deno serve` was told, or its own default of all addresses: without keys that must be loopback.
    Object.assign(process.env, { MOVT_HOST: hostname, MOVT_PORT: `${port}` });
    const listen = async (fetch: Fetch) => {
      handler = fetch;
      return { url: `http://${hostname}:${port}`, close: async () => {}, cut: () => {} };
    };
    void main(listen, assemble);
  },
};

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { badInput } from '@movt/kernels';
import { addressProblem, type Listen } from './listen.ts';

/** Milliseconds for a request's head; bodies have their own limit (MOVT_BODY_TIMEOUT_MS). */
const HEAD_MS = 10_000;
/** Longer than load balancers keep a connection that is idle, so that it is not the server that closes it under a request. */
const KEEP_ALIVE_MS = 75_000;
const SWEEP_MS = 50;

/** Listens with Node's HTTP server. */
export const listenNode: Listen = async (fetch, { host, port }) => {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      headersTimeout: HEAD_MS,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: HEAD_MS / 4,
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(badInput(addressProblem(host, port, error.code))));
    server.listen({ port, host: host.replace(/^\[|\]$/g, '') }, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        // A connection that falls idle after this would keep the server open until its client leaves.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        server.close(() => {
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      }),
    cut: () => server.closeAllConnections(),
  };
};

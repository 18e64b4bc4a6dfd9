import { badInput } from '@movt/kernels';
import { addressProblem, type Listen } from './listen.ts';

/** The part of Deno that is used here; its own types would clash with Node's. */
interface DenoServer {
  readonly addr: { hostname: string; port: number };
  shutdown(): Promise<void>;
}

interface DenoServe {
  serve(
    options: {
      hostname: string;
      port: number;
      onListen: () => void;
      onError: (error: unknown) => Response;
      signal: AbortSignal;
    },
    handler: (request: Request) => Response | Promise<Response>,
  ): DenoServer;
}

/** Listens with Deno's HTTP server. */
export const listenDeno: Listen = async (fetch, { host, port }) => {
  const { Deno } = globalThis as unknown as { Deno: DenoServe };
  const cutting = new AbortController();
  try {
    const server = Deno.serve(
      {
        hostname: host.replace(/^\[|\]$/g, ''),
        port,
        onListen: () => {},
        onError: () => Response.json({ error: 'internal error' }, { status: 500 }),
        signal: cutting.signal,
      },
      (request) => fetch(request),
    );
    const { hostname, port: bound } = server.addr;
    return {
      url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${bound}`,
      close: () => server.shutdown(),
      cut: () => cutting.abort(),
    };
  } catch (error) {
    throw badInput(addressProblem(host, port, (error as { code?: string }).code ?? (error as Error).message));
  }
};

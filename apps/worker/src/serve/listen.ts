/** What answers requests; a Hono application's `fetch`. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** A socket that takes connections. */
export interface Listener {
  /** Where it can be reached. */
  readonly url: string;
  /** Takes no more connections; resolves once those that have a request are done with it. */
  close(): Promise<void>;
  /** Cuts what connections are left. */
  cut(): void;
}

/** How a runtime listens. Rejects with a MovtError of bad_input where the address cannot be had. */
export type Listen = (fetch: Fetch, address: { host: string; port: number }) => Promise<Listener>;

/** What is wrong with an address, for a person. */
export function addressProblem(host: string, port: number, code: string | undefined) {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'ports below 1024 are for root',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'no such host is known',
  };
  const reason = reasons[code ?? ''] ?? code ?? 'it failed';
  return {
    action: `listening on ${host}, port ${port}`,
    given: `${reason}`,
    needed: 'an address that is free',
    fix: 'Set MOVT_HOST and MOVT_PORT.',
  };
}

/** The statuses that a refusal may have, as HTTP means them; 499 is nginx's for a client that left. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 499 | 503;

/** A request that is not answered, and why in one line: the action, the value given, the value needed. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  /** Seconds until it is worth trying again, for 429 and 503. */
  readonly retryAfter?: number;

  constructor(status: RefusalStatus, message: string, retryAfter?: number) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

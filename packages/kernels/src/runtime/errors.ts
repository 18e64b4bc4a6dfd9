/** What went wrong, for programs: exit codes, HTTP statuses and tests branch on it. */
export type ErrorCode =
  | 'bad_input'
  | 'no_adapter'
  | 'device_lost'
  | 'shader_compile'
  | 'limit_exceeded'
  | 'gpu_validation'
  | 'missing_dependency'
  | 'not_finite';

/** Every error that movt throws on purpose. Its message is fit for a user: no stack trace is needed to act on it. */
export class MovtError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MovtError';
    this.code = code;
  }
}

/** The GPU device is gone (driver reset, `destroy()`, an adapter unplugged). Nothing it held can be used again. */
export class DeviceLostError extends MovtError {
  /** WebGPU's own reason: 'destroyed' or 'unknown'. */
  readonly reason: string;

  constructor(action: string, reason: string, detail: string) {
    super(
      'device_lost',
      `${action}: the GPU device was lost (${reason}${detail ? `: ${detail}` : ''}). ` +
        'Make a new context with createContext() and load the model into it again.',
    );
    this.name = 'DeviceLostError';
    this.reason = reason;
  }
}

/** The four parts that an error message owes its reader. */
export interface Complaint {
  /** What was being done: `reading tracks.safetensors`. */
  action: string;
  /** What was found: `header length 9007199254740992`. */
  given: string;
  /** What would have been right: `at most 100000000 bytes`. */
  needed: string;
  /** The way out, a sentence; leave it out where `needed` already says it. */
  fix?: string;
}

/** One line from the four parts: `action: got X, need Y. Fix.` */
export function complain({ action, given, needed, fix }: Complaint): string {
  return `${action}: got ${given}, need ${needed}.${fix ? ` ${fix}` : ''}`;
}

/** A mistake in what the caller handed over. */
export function badInput(complaint: Complaint): MovtError {
  return new MovtError('bad_input', complain(complaint));
}

/** More was asked than the device or a stated bound allows. */
export function limitExceeded(complaint: Complaint): MovtError {
  return new MovtError('limit_exceeded', complain(complaint));
}

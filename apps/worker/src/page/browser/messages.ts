import type { Failure } from './state.ts';

/** A refusal that is said as it stands. */
export class PageError extends Error {
  readonly title: string;
  readonly serverMay: boolean;
  constructor(title: string, detail: string, { serverMay = false } = {}) {
    super(detail);
    this.title = title;
    this.serverMay = serverMay;
  }
}

const TITLES: Record<string, string> = {
  bad_input: 'This video cannot be used',
  missing_dependency: 'This browser cannot read the video',
  limit_exceeded: 'This is too large for the graphics device',
  device_lost: 'The graphics device was lost',
  no_adapter: 'There is no graphics device to compute on',
};

/** Not this browser's GPU or decoders, then the server's. */
const SERVER_MAY = new Set(['missing_dependency', 'limit_exceeded', 'device_lost', 'no_adapter']);

const refused = (title: string, detail: string): Failure => ({ title, detail, serverMay: false });

/** What went wrong, for a person. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof PageError) return { title: error.title, detail: error.message, serverMay: error.serverMay };
  const code = codeOf(error);
  if (code !== null) {
    const title = TITLES[code] ?? 'That did not work';
    const more = code === 'device_lost' ? ' Choose the video once more: a new one will be asked for.' : '';
    return { title, detail: sentence((error as Error).message) + more, serverMay: SERVER_MAY.has(code) };
  }
  if (error instanceof DOMException && error.name === 'NotAllowedError') {
    return refused(
      'The camera was refused',
      'Allow it in the browser (the icon beside the address), or choose a video file instead.',
    );
  }
  if (
    error instanceof DOMException &&
    ['NotFoundError', 'OverconstrainedError', 'NotReadableError', 'NotSupportedError'].includes(error.name)
  ) {
    return refused(
      'There is no camera to use',
      'None was found, or another program holds it. Choose a video file instead.',
    );
  }
  return refused('That did not work', sentence((error as Error)?.message ?? String(error)));
}

/** Of a MovtError; told by its shape, since what makes one is loaded later than this. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

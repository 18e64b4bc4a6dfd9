import { PageError } from './messages.ts';
import { eventReader, type StreamEvent } from './sse.ts';

/** Sent with requests where the server asks for it; kept in this page alone. */
export const apiKey = { value: '' };

export interface UploadHooks {
  /** Bytes that were sent. */
  onSent(bytes: number, total: number): void;
  onEvent(event: StreamEvent): void;
  /** Asked now and then; the upload ends where it throws. */
  check(): void;
}

/**
 * Posts a video and reads the server's events. XMLHttpRequest, since `fetch` tells nothing of an upload before its end.
 * @throws PageError where the server refuses it or cannot be reached
 */
export function upload(url: string, video: Blob, { onSent, onEvent, check }: UploadHooks): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const read = eventReader();
    const guarded = (work: () => void) => () => {
      try {
        check();
        work();
      } catch (error) {
        reject(error);
        request.abort();
      }
    };
    request.open('POST', url);
    request.setRequestHeader('Accept', 'text/event-stream');
    request.setRequestHeader('Content-Type', /^video\//.test(video.type) ? video.type : 'video/mp4');
    if (apiKey.value) request.setRequestHeader('Authorization', `Bearer ${apiKey.value}`);
    request.upload.onprogress = ({ loaded, total }) => guarded(() => onSent(loaded, total))();
    const takeEvents = guarded(() => {
      if (request.status === 200) for (const event of read(request.responseText)) onEvent(event);
    });
    request.onprogress = takeEvents;
    request.onload = () => {
      takeEvents();
      if (request.status === 200) resolve();
      else reject(refusal(request));
    };
    request.onerror = () =>
      reject(new PageError('The server cannot be reached', 'The connection broke off. Is the server still running?'));
    request.send(video);
  });
}

const TITLES: Record<number, string> = {
  401: 'The server asks for a key',
  413: 'This video is too large or too long for the server',
  415: 'The server does not take this kind of file',
  422: 'The server cannot use this video',
  429: 'Too many requests',
  503: 'The server is busy',
};

/** A refusal in the protocol's form, `{"error": "..."}`. */
function refusal(request: XMLHttpRequest): PageError {
  let text = '';
  try {
    text = String(JSON.parse(request.responseText).error ?? '');
  } catch {
    // Not ours: a proxy's page, perhaps.
  }
  const seconds = request.getResponseHeader('Retry-After');
  const again = seconds ? ` Try again in ${seconds} s.` : '';
  return serverError(request.status, (text || `It answered with status ${request.status}.`) + again);
}

export function serverError(status: number, text: string): PageError {
  return new PageError(TITLES[status] ?? 'The server refused the video', text);
}

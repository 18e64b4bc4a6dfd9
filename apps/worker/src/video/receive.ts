import type { Picture, Tracks } from '@movt/tracker/tracks';
import { parseJson } from '../protocol/json-body.ts';
import { readBody } from '../protocol/read-body.ts';
import { Refusal } from '../refusal.ts';
import { checked } from '../schemas/check.ts';
import { predictBody } from '../schemas/v1.ts';
import { countBody } from './count-body.ts';
import { FORM_BYTES, readFormFile } from './multipart.ts';
import { readTracksJson } from './tracks-json.ts';
import type { StoredVideo, VideoLimits, VideoPlace } from './videos.ts';

/** What a request's body is, by its Content-Type. */
export type BodyKind = 'form' | 'video' | 'tracks';

/**
 * Looks at the headers alone.
 * @param takesTracks whether JSON will do
 * @throws Refusal 415 for another type, or a coding of a video; 400 for no body
 */
export function bodyKind(request: Request, takesTracks: boolean): BodyKind {
  const type = request.headers.get('content-type') ?? '';
  const kind = kindOf(type.split(';')[0].trim().toLowerCase());
  const needed = `multipart/form-data, video/* or application/octet-stream${takesTracks ? ' with a video, or application/json with tracks' : ''}`;
  const refuse = (status: 400 | 415, given: string, what: string) =>
    new Refusal(status, `receiving the video: got ${given}, need ${what}.`);
  if (kind === null || (kind === 'tracks' && !takesTracks)) {
    throw refuse(415, type ? `the Content-Type '${type.slice(0, 100)}'` : 'no Content-Type', needed);
  }
  const coding = request.headers.get('content-encoding');
  if (kind !== 'tracks' && coding !== null && coding.toLowerCase() !== 'identity') {
    throw refuse(415, `the Content-Encoding '${coding.slice(0, 40)}'`, 'none: videos are compressed already');
  }
  if (request.body === null) throw refuse(400, 'no body', needed);
  return kind;
}

function kindOf(type: string): BodyKind | null {
  if (type === 'multipart/form-data') return 'form';
  if (type === 'application/json') return 'tracks';
  return type.startsWith('video/') || type === 'application/octet-stream' ? 'video' : null;
}

/** The video of a request, streamed into its place. Throws a Refusal of 400 or 413; the signal's reason. */
export async function receiveVideo(
  request: Request,
  kind: 'form' | 'video',
  place: VideoPlace,
  options: { limits: VideoLimits; signal: AbortSignal; onBytes: (done: number, total: number) => void },
): Promise<StoredVideo> {
  const { limits, signal, onBytes } = options;
  const total = Number(request.headers.get('content-length') ?? 0);
  const most = limits.videoBytes + (kind === 'form' ? FORM_BYTES : 0);
  if (total > most) {
    throw new Refusal(413, `receiving the video: got a body of ${total} bytes, need at most ${limits.videoBytes}.`);
  }
  const bytes = countBody(request.body!, { bytes: most, signal, onBytes: (done) => onBytes(done, total) });
  return place.store(kind === 'form' ? readFormFile(bytes, request.headers.get('content-type')!) : bytes);
}

/** The tracks of a request of JSON. Throws a Refusal of 400, 413 or 422. */
export async function receiveTracks(
  request: Request,
  limits: VideoLimits,
): Promise<{ tracks: Tracks; picture: Picture | null }> {
  const action = 'reading the tracks';
  const { tracks } = checked(predictBody, parseJson(await readBody(request, limits.bodyBytes), action), action);
  const { width, height, fps = 0 } = tracks;
  const picture = width === undefined || height === undefined ? null : { width, height, fps };
  return { tracks: readTracksJson(tracks, limits), picture };
}

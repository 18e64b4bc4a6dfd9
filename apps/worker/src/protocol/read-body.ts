import { Refusal } from '../refusal.ts';
import { concatenate } from './concatenate.ts';
import { quoted, refuse } from './refuse.ts';

const CODINGS: Readonly<Record<string, CompressionFormat | null>> = {
  '': null,
  identity: null,
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
};

const ACTION = 'reading the body';

/**
 * A request's body, decompressed, in memory. Bytes are counted as they come out: a body that would grow beyond `limit` is given up there.
 * @param read the bytes where they have been read already
 * @throws Refusal 413 beyond the limit, 415 for a coding other than gzip and deflate, 400 for bytes that are not what the coding says, 499
 * where the client has left
 */
export async function readBody(request: Request, limit: number, read?: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  const name = request.headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  const coding = CODINGS[name];
  if (coding === undefined) throw refuse(415, ACTION, `Content-Encoding ${quoted(name)}`, 'gzip, deflate or none');
  const tooLarge = (given: string) => refuse(413, ACTION, given, `at most ${limit}`);
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) throw tooLarge(`${declared} bytes`);
  if (read && !coding) return new Uint8Array(read);
  const body = read ? new Response(read).body : request.body;
  if (!body) return new Uint8Array();

  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = (coding ? body.pipeThrough(new DecompressionStream(coding)) : body).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > limit) throw tooLarge(`more than ${limit} bytes${coding ? ' once decompressed' : ''}`);
      chunks.push(part.value);
    }
  } catch (error) {
    // What is left of the stream is nobody's any more, and how it ends says nothing new.
    reader.cancel().catch(() => {});
    if (error instanceof Refusal) throw error;
    if (request.signal.aborted) throw new Refusal(499, 'the client left before its request was read');
    throw refuse(400, ACTION, coding ? `bytes that are not whole ${coding}` : 'a body that broke off', 'all of it');
  }
  return concatenate(chunks);
}

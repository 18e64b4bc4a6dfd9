import { Refusal } from '../refusal.ts';

/** What may come before the first boundary: nothing does, in practice. */
const MAX_PREAMBLE = 1024;
const MAX_HEADERS = 8 * 1024;
const CR = 13;

/** What a form's body may add to its one file. */
export const FORM_BYTES = 32 * 1024;

/**
 * The contents of a form's one file, as they come: nothing is held but what might be the beginning of a boundary (RFC 7578, RFC 2046).
 * @param contentType the request's, which names the boundary
 * @throws Refusal 400 for a body that is no form, ends early, or is not one part that is a file
 */
export async function* readFormFile(
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const delimiter = encode(`\r\n--${boundaryOf(contentType)}`);
  const iterator = chunks[Symbol.asyncIterator]();
  // The first boundary is one like the others where a line ends before it.
  let held: Uint8Array = encode('\r\n');

  const more = async (): Promise<void> => {
    const { value, done } = await iterator.next();
    if (done) throw refuse('a form that ends in the middle', 'one that ends with its boundary');
    held = concatenate(held, value);
  };
  /** What comes before these bytes, which are passed over. */
  const readUntil = async (bytes: Uint8Array, most: number): Promise<Uint8Array> => {
    for (let from = 0; ; ) {
      const at = find(held, bytes, from);
      if (at > most || (at < 0 && held.length > most + bytes.length)) throw refuse('no boundary or header', 'a form');
      if (at >= 0) {
        const before = held.subarray(0, at);
        held = held.subarray(at + bytes.length);
        return before;
      }
      from = Math.max(0, held.length - bytes.length);
      await more();
    }
  };
  /** Whether another part begins behind a boundary. */
  const hasPart = async (): Promise<boolean> => {
    while (held.length < 2) await more();
    return !(held[0] === 45 && held[1] === 45);
  };

  await readUntil(delimiter, MAX_PREAMBLE);
  if (!(await hasPart())) throw refuse('an empty form', NEEDED);
  await readUntil(encode('\r\n'), MAX_PREAMBLE);
  // A part without headers has the empty line at once.
  held = concatenate(encode('\r\n'), held);
  checkHeaders(decode(await readUntil(encode('\r\n\r\n'), MAX_HEADERS)));

  while (true) {
    const at = find(held, delimiter, 0);
    if (at >= 0) {
      if (at > 0) yield held.subarray(0, at);
      held = held.subarray(at + delimiter.length);
      break;
    }
    const certain = held.length - delimiter.length + 1;
    if (certain > 0) {
      yield held.subarray(0, certain);
      held = held.subarray(certain);
    }
    await more();
  }
  if (await hasPart()) throw refuse('a second part', `${NEEDED}; options go into the address, behind the ?`);
}

const NEEDED = "one part, which is the video's file";

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary !== undefined) return boundary;
  throw refuse(`the Content-Type '${contentType.slice(0, 100)}'`, 'multipart/form-data; boundary=…');
}

function checkHeaders(headers: string): void {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  if (/;\s*filename\*?=/i.test(disposition)) return;
  const name = /;\s*name="?([\w-]{1,40})/i.exec(disposition)?.[1];
  throw refuse(name ? `the part '${name}', which is no file` : 'a part that is no file', NEEDED);
}

/** Where `wanted`, which begins with a carriage return, begins in `bytes`; −1 where it does not. */
function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    let i = 1;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i === wanted.length) return at;
  }
  return -1;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const refuse = (given: string, needed: string) => new Refusal(400, `reading the form: got ${given}, need ${needed}.`);

import { refuse } from './refuse.ts';

/** Lists and objects inside one another: more than any request of the protocol has. */
const DEEPEST = 32;
/** Values, lists and objects of one body: parsed, each takes up to 50 bytes. */
const MOST_VALUES = 2 ** 22;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON of a stranger. Depth and number of values are counted before anything is built of it: a few bytes of text may stand for
 * many times as many of memory.
 * @throws Refusal 400 for what is no JSON in UTF-8 or nests too deep, 413 for too many values
 */
export function parseJson(bytes: Uint8Array, action: string): unknown {
  if (bytes.length === 0) throw refuse(400, action, 'an empty body', 'JSON');
  countValues(bytes, action);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(
      400,
      action,
      'bytes that are not UTF-8',
      'JSON',
      'Binary tensors need the header Inference-Header-Content-Length.',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 120) : '';
    throw refuse(
      400,
      action,
      `text that is not JSON (${why})`,
      'JSON',
      /\b(NaN|Infinity)\b/.test(text) ? 'It has no NaN and no Infinity.' : undefined,
    );
  }
}

/** Brackets and commas outside of strings; for text that is no JSON the count is whatever it is. */
function countValues(bytes: Uint8Array, action: string): void {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === 0x2c /* , */) values++;
    else if (byte === 0x5b /* [ */ || byte === 0x7b /* { */) {
      values++;
      if (++depth > DEEPEST)
        throw refuse(400, action, `JSON nested deeper than ${DEEPEST}`, `at most ${DEEPEST} levels`);
    } else if (byte === 0x5d /* ] */ || byte === 0x7d /* } */) depth--;
  }
  if (values <= MOST_VALUES) return;
  throw refuse(
    413,
    action,
    `${values} values in JSON`,
    `at most ${MOST_VALUES}`,
    'Send larger tensors as binary data.',
  );
}

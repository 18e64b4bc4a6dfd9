import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../refusal.ts';
import { isProtected } from './variables.ts';

/** Longer keys are nobody's: there is no reason to hash them. */
const LONGEST_KEY = 1024;

/**
 * Lets protected paths be used with one of these keys, given as `Authorization: Bearer KEY` or `X-API-Key: KEY`; by everybody where there
 * are none.
 *
 * What is compared are HMACs under a key that only this process knows, every byte of every one of them: how long that takes tells nothing
 * of a key, nor of its sum.
 *
 * @param sums SHA-256 of each key, in small hexadecimal digits
 */
export function apiKeys(sums: readonly string[]): MiddlewareHandler {
  const tags = prepareTags(sums);
  return async function apiKeys(c, next) {
    if (!sums.length || !isProtected(c)) return next();
    const key = presentedKey(c.req.header('authorization'), c.req.header('x-api-key'));
    if (key === undefined) {
      throw new Refusal(401, 'the request has no API key: send Authorization: Bearer KEY');
    }
    const found = matching(await blind(await sha256(key), (await tags()).secret), (await tags()).values);
    if (found === -1) throw new Refusal(401, 'the API key is none of those that this server takes');
    c.set('keyId', sums[found].slice(0, 8));
    return next();
  };
}

/** SHA-256 of a text, as WebCrypto gives it. */
export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** The sums under a secret, made with the first request: where nothing runs yet there may be no randomness (Cloudflare). */
function prepareTags(sums: readonly string[]): () => Promise<{ secret: CryptoKey; values: Uint8Array[] }> {
  let tags: Promise<{ secret: CryptoKey; values: Uint8Array[] }> | undefined;
  const make = async () => {
    const secret = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return { secret, values: await Promise.all(sums.map((sum) => blind(bytesOf(sum), secret))) };
  };
  return () => {
    tags ??= make();
    return tags;
  };
}

async function blind(sum: Uint8Array<ArrayBuffer>, secret: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', secret, sum));
}

/** The place of the tag that is `wanted`, or -1, in a time that hangs on how many there are only. */
function matching(wanted: Uint8Array, tags: readonly Uint8Array[]): number {
  let found = -1;
  for (const [index, tag] of tags.entries()) {
    let difference = 0;
    for (let at = 0; at < tag.length; at++) difference |= tag[at] ^ wanted[at];
    found = difference === 0 ? index : found;
  }
  return found;
}

function presentedKey(authorization: string | undefined, header: string | undefined): string | undefined {
  const bearer = authorization?.match(/^Bearer +([^\s]+)\s*$/i)?.[1];
  const key = bearer ?? header;
  return key && key.length <= LONGEST_KEY ? key : undefined;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (digits) => Number.parseInt(digits, 16));
}

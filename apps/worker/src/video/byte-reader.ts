/** Reads numbers of bytes off a stream of chunks of any size. */
export interface ByteReader {
  /** Fills it, or resolves to false where the stream ends before. */
  fill(into: Uint8Array): Promise<boolean>;
}

export function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = chunks[Symbol.asyncIterator]();
  let left: Uint8Array = new Uint8Array();
  return {
    async fill(into) {
      for (let at = 0; at < into.length; ) {
        if (left.length === 0) {
          const { value, done } = await iterator.next();
          if (done) return false;
          left = value;
        }
        const part = left.subarray(0, into.length - at);
        into.set(part, at);
        at += part.length;
        left = left.subarray(part.length);
      }
      return true;
    },
  };
}

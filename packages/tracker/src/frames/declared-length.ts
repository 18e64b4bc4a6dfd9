/** Bytes of the file's head that `cutWarning` needs. */
export const HEAD_BYTES = 128;

/**
 * A warning for a file that is shorter than its first bytes say; [] otherwise, and for formats that do not say.
 *
 * @param head The first HEAD_BYTES bytes, or all of a shorter file.
 * @param fileBytes Its length.
 */
export function cutWarning(head: Uint8Array, fileBytes: number, name: string): string[] {
  const declared = riffLength(head) ?? matroskaLength(head);
  if (declared === null || declared <= fileBytes) return [];
  return [`${name} is cut off: it has ${fileBytes} of ${declared} bytes. The frames before the cut are used.`];
}

/** AVI: 'RIFF', then the length of what follows. */
function riffLength(head: Uint8Array): number | null {
  if (head.length < 8 || String.fromCharCode(...head.subarray(0, 4)) !== 'RIFF') return null;
  return 8 + new DataView(head.buffer, head.byteOffset).getUint32(4, true);
}

/** webm and mkv: an EBML header, then one Segment; each has an id, a length and its contents. */
function matroskaLength(head: Uint8Array): number | null {
  const header = readElement(head, 0);
  if (header?.id !== 0x1a45dfa3) return null;
  const segment = readElement(head, header.end);
  return segment?.id === 0x18538067 ? segment.end : null;
}

/** An element with a 4-byte id; null where it is not there whole or its length is left open, as in live streams. */
function readElement(bytes: Uint8Array, at: number): { id: number; end: number } | null {
  if (at + 12 > bytes.length) return null;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
  // The leading zeros of the first byte count the bytes that follow it; the bits behind them begin the number.
  const more = Math.clz32(bytes[at + 4]) - 24;
  if (more > 7) return null;
  let length = bytes[at + 4] & (0x7f >> more);
  let isOpen = length === 0x7f >> more;
  for (const byte of bytes.subarray(at + 5, at + 5 + more)) {
    length = length * 256 + byte;
    isOpen &&= byte === 0xff;
  }
  return isOpen ? null : { id, end: at + 5 + more + length };
}

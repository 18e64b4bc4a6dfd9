import { badInput, limitExceeded } from '../runtime/errors.ts';

/** What all files of an archive may come to when they are inflated: a small archive can claim any size. */
const MAX_INFLATED_BYTES = 2 ** 30;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

interface Entry {
  name: string;
  method: number;
  crc: number;
  /** Bytes in the archive, and inflated. */
  packed: number;
  size: number;
  /** Where its local header begins. */
  offset: number;
}

/** One file of an archive. */
export interface ZippedFile {
  /** Bytes, once inflated. */
  readonly size: number;
  /**
   * Its contents; a view of the archive where they are stored as they are.
   *
   * @throws MovtError bad_input where they have another size or CRC-32 than the directory says
   */
  read(): Promise<Uint8Array>;
}

/**
 * Reads the directory of a zip archive, whose files are stored or deflated. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @returns Its files by their names; none is inflated yet.
 * @throws MovtError bad_input for a broken archive, limit_exceeded where its files claim to be larger than `maxBytes`
 */
export function openZip(bytes: Uint8Array, source: string, maxBytes = MAX_INFLATED_BYTES): Map<string, ZippedFile> {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  const entries = readDirectory(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), refuse);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    const given = `${total} bytes when inflated`;
    throw limitExceeded({ action: `reading ${source}`, given, needed: `at most ${maxBytes} bytes` });
  }
  // Otherwise a small archive could have the same bytes checked once for each of its files.
  if (entries.reduce((sum, { packed }) => sum + packed, 0) > bytes.length) {
    throw refuse('files that overlap', 'a whole archive');
  }
  const files = new Map<string, ZippedFile>();
  for (const entry of entries) {
    if (files.has(entry.name)) throw refuse(`'${entry.name}' twice`, 'each file once');
    files.set(entry.name, { size: entry.size, read: () => readEntry(bytes, entry, refuse) });
  }
  return files;
}

/**
 * Reads all files of a zip archive by their names.
 *
 * @throws MovtError as `openZip` and `ZippedFile.read` do; limit_exceeded before anything is inflated
 */
export async function readZip(bytes: Uint8Array, source: string, maxBytes?: number): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const [name, file] of openZip(bytes, source, maxBytes)) contents.set(name, await file.read());
  return contents;
}

type Refuse = (given: string, needed: string) => Error;

async function readEntry(bytes: Uint8Array, entry: Entry, refuse: Refuse): Promise<Uint8Array> {
  const { name, method, offset, packed, size, crc } = entry;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL_ENTRY) {
    throw refuse(`no file at byte ${offset}, where '${name}' should be`, 'a whole archive');
  }
  const begin = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const content = bytes.subarray(begin, begin + packed);
  if (content.length !== packed) throw refuse(`'${name}' cut off`, 'a whole archive');
  if (method !== 0 && method !== 8) throw refuse(`'${name}' packed by method ${method}`, 'stored or deflated files');
  const inflated = method === 0 ? content : await inflate(content, size);
  if (inflated?.length !== size || crc32(inflated) !== crc) {
    throw refuse(`'${name}' with other bytes than its size and checksum say`, 'an archive that is not damaged');
  }
  return inflated;
}

function readDirectory(view: DataView, refuse: Refuse): Entry[] {
  // The last record is 22 bytes and a comment of at most 65,535.
  let end = view.byteLength - 22;
  while (end >= Math.max(0, view.byteLength - 22 - 0xffff) && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0 || view.getUint32(end, true) !== END_OF_DIRECTORY) throw refuse('no zip archive', 'a whole one');
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY_ENTRY)
      throw refuse('a broken directory', 'a whole one');
    const nameLength = view.getUint16(at + 28, true);
    const name = new Uint8Array(view.buffer, view.byteOffset + at + 46, Math.min(nameLength, end - at - 46));
    const entry: Entry = {
      name: new TextDecoder().decode(name),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if (view.getUint16(at + 8, true) & 1) throw refuse(`'${entry.name}' encrypted`, 'files that are not');
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return entry;
  });
}

/** At most `size` bytes; undefined where there are more, or the data are not deflated ones. */
async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  const inflated = new Uint8Array(size);
  let length = 0;
  try {
    const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const reader = stream.getReader();
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      if (length + value!.length > size) {
        await reader.cancel();
        return undefined;
      }
      inflated.set(value!, length);
      length += value!.length;
    }
  } catch {
    return undefined;
  }
  return inflated.subarray(0, length);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

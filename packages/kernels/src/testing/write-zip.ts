/** A file for `writeZip`. */
export interface FileToZip {
  name: string;
  content: Uint8Array;
  /** The content deflated; left out, it is stored as it is. */
  deflated?: Uint8Array;
  /** What the archive claims the content's size to be where that is not the truth. */
  size?: number;
}

/** A zip archive, for tests of readers: also one that lies. */
export function writeZip(files: readonly FileToZip[]): Uint8Array {
  const locals: number[] = [];
  const directory: number[] = [];
  for (const { name, content, deflated, size = content.length } of files) {
    const packed = deflated ?? content;
    const nameBytes = new TextEncoder().encode(name);
    const fields = [
      ...[...uint16(20), ...uint16(0), ...uint16(deflated ? 8 : 0), ...uint32(0)],
      ...[...uint32(crc32(content)), ...uint32(packed.length), ...uint32(size)],
      ...[...uint16(nameBytes.length), ...uint16(0)],
    ];
    directory.push(...uint32(0x02014b50), ...uint16(20), ...fields, ...new Array(10).fill(0), ...uint32(locals.length));
    directory.push(...nameBytes);
    append(locals, [...uint32(0x04034b50), ...fields, ...nameBytes]);
    append(locals, packed);
  }
  const counts = [...uint16(files.length), ...uint16(files.length)];
  const places = [...uint32(directory.length), ...uint32(locals.length)];
  return Uint8Array.from([...locals, ...directory, ...uint32(0x06054b50), ...uint32(0), ...counts, ...places, 0, 0]);
}

const uint16 = (value: number) => [value & 0xff, value >>> 8];
const uint32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/** Spreading a megabyte into the arguments of push would exhaust the stack. */
function append(list: number[], bytes: ArrayLike<number>): void {
  for (let i = 0; i < bytes.length; i++) list.push(bytes[i]);
}

/** Bit by bit: the readers' own goes by a table. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const BLOCK = 512;

/**
 * The regular files in a ustar archive that `wanted` names, as views of `archive`.
 *
 * @throws Error when an entry reaches beyond the archive's end or a wanted file is not in it.
 */
export function readTar(archive: Uint8Array, wanted: readonly string[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const field = (at: number, length: number) =>
    new TextDecoder().decode(archive.subarray(at, at + length)).replace(/[\0 ].*$/s, '');
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const name = field(at, 100).replace(/^\.\//, '');
    if (!name) break;
    const size = Number.parseInt(field(at + 124, 12), 8);
    const start = at + BLOCK;
    if (!(size >= 0 && start + size <= archive.length)) throw new Error(`tar entry ${name} is cut off`);
    if (wanted.includes(name)) files.set(name, archive.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  const missing = wanted.filter((name) => !files.has(name));
  if (missing.length) throw new Error(`tar archive holds no ${missing.join(', ')}`);
  return files;
}

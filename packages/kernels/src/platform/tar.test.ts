import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readTar } from './tar.ts';

/** One ustar entry: a header with name and size, the content, zeros up to a whole block. */
function entry(name: string, content: Uint8Array, size = content.length): Uint8Array {
  const bytes = new Uint8Array(512 + Math.ceil(content.length / 512) * 512);
  bytes.set(new TextEncoder().encode(name));
  bytes.set(new TextEncoder().encode(`${size.toString(8).padStart(11, '0')}\0`), 124);
  bytes.set(content, 512);
  return bytes;
}

function archive(...entries: Uint8Array[]): Uint8Array {
  return Uint8Array.from([...entries, new Uint8Array(1024)].flatMap((bytes) => [...bytes]));
}

test('finds the wanted files at sizes around a block, and no others', () => {
  for (const size of [0, 1, 511, 512, 513, 1025]) {
    const content = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) % 256);
    const tar = archive(entry('before', new Uint8Array(77)), entry('./wanted', content), entry('after', content));
    const files = readTar(tar, ['wanted']);
    assert.equal([...files.keys()], ['wanted']);
    assert.equal(Buffer.compare(files.get('wanted')!, content), 0, `size ${size}`);
  }
});

test('refuses an entry that reaches beyond the archive, and one without a size', () => {
  assert.throws(() => readTar(archive(entry('a', new Uint8Array(4), 0o7777777)), ['a']), /cut off/);
  const nameless = archive(entry('a', new Uint8Array(4)));
  nameless.fill('x'.charCodeAt(0), 124, 136);
  assert.throws(() => readTar(nameless, ['a']), /cut off/);
});

test('names the files that are missing', () => {
  assert.throws(() => readTar(archive(entry('a', new Uint8Array(4))), ['a', 'b', 'c']), /holds no b, c/);
  assert.throws(() => readTar(new Uint8Array(0), ['a']), /holds no a/);
});

test.run();

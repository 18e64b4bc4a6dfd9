import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { MovtError } from '../runtime/errors.ts';
import { readTar } from './tar.ts';

/**
 * What is taken out of @sparticuz/chromium 147.0.0, by SHA-256. The digests tell a damaged or foreign file from a good
 * one without trusting anything in the cache; they change together with the pinned version.
 */
const FILES = {
  'libvulkan.so.1': 'fe17a77c1f2df38d3b6a935140f746fd80aac564bb44eb3e4f6b75a504295a41',
  'libvk_swiftshader.so': '5b9e8591c7c2d1c9618c3ad485d0cdffb81f5f1ffd6a982fdb6578c2d8d3213e',
  'vk_swiftshader_icd.json': 'c9eef28b6b984fec220ef0abfecc40b502d46946706e47bfe97707027cb818bd',
};
const NAMES = Object.keys(FILES) as (keyof typeof FILES)[];
const FOLDER = `swiftshader-${FILES['libvk_swiftshader.so'].slice(0, 12)}`;

/** The whole archive unpacks to 15 MB; more than this is not our archive. */
const MAX_ARCHIVE_BYTES = 64 << 20;

/** SwiftShader on disk. */
export interface SwiftShader {
  /** Holds the Vulkan loader libvulkan.so.1, for LD_LIBRARY_PATH, and the driver. */
  folder: string;
  /** The driver's manifest, for VK_ICD_FILENAMES. */
  icd: string;
}

/** npm's package carries a build for this platform alone. */
export function hasSwiftShader(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * SwiftShader and a Vulkan loader, ready to use: from the user's cache, where files that are missing or damaged are
 * unpacked again; in a private folder under the system's temporary one, with a warning, where the cache cannot be
 * written.
 *
 * Safe at any number of processes at once: every file appears under its name whole, by a rename, and always with the same
 * content, so a process that finds it good may use it whatever the others do.
 *
 * @throws MovtError `missing_dependency` when the npm package is not installed or not the pinned version, or when
 *   neither folder can be written.
 */
export async function unpackSwiftShader(cache: string | undefined = userCache()): Promise<SwiftShader> {
  let refusal: unknown = new Error('there is no home folder');
  if (cache) {
    try {
      return await unpackInto(join(cache, FOLDER));
    } catch (error) {
      // What has a code comes from the file system; the rest would fail in any folder.
      if (!(error as NodeJS.ErrnoException).code || error instanceof MovtError) throw error;
      refusal = error;
    }
  }
  const why = (refusal as Error).message;
  try {
    const unpacked = await unpackInto(join(await privateTemporaryFolder(), FOLDER));
    process.emitWarning(`SwiftShader is in ${unpacked.folder}, because the user's cache will not do: ${why}`);
    return unpacked;
  } catch (cause) {
    throw new MovtError(
      'missing_dependency',
      `unpacking SwiftShader: neither the user's cache (${why}) nor ${tmpdir()} (${(cause as Error).message}) will do. ` +
        'Set XDG_CACHE_HOME to a folder that can be written.',
      { cause },
    );
  }
}

/** `$XDG_CACHE_HOME/movt` or `~/.cache/movt`, as the XDG base directory specification has it. */
function userCache(): string | undefined {
  const { XDG_CACHE_HOME = '' } = process.env;
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'movt');
  try {
    return join(homedir(), '.cache', 'movt');
  } catch {
    return undefined; // neither HOME nor an entry in passwd
  }
}

/** A folder that nobody else can have planted or can write to: libraries are loaded from it. */
async function privateTemporaryFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0; // where there are no users to tell apart, lstat says 0 too
  const folder = join(tmpdir(), `movt-${uid}`);
  await makeFolder(folder);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid || found.mode & 0o022) throw new Error(`${folder} is not ours alone`);
  return folder;
}

async function unpackInto(folder: string): Promise<SwiftShader> {
  const good = await Promise.all(NAMES.map((name) => isIntact(folder, name)));
  const bad = NAMES.filter((_, index) => !good[index]);
  if (bad.length) {
    const files = await readArchive();
    // Not `recursive`: Node 20 then loops for ever where the system denies that an existing parent exists, as /proc does.
    for (const level of [join(folder, '../..'), join(folder, '..'), folder]) await makeFolder(level);
    for (const name of bad) await writeWhole(join(folder, name), files.get(name)!);
  }
  return { folder, icd: join(folder, 'vk_swiftshader_icd.json') };
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function isIntact(folder: string, name: keyof typeof FILES): Promise<boolean> {
  try {
    return sha256(await readFile(join(folder, name))) === FILES[name];
  } catch {
    return false;
  }
}

async function readArchive(): Promise<Map<string, Uint8Array>> {
  try {
    // The package exports its entry point only; bin/ lies beside build/esm/index.js.
    const entry = import.meta.resolve('@sparticuz/chromium');
    const packed = await readFile(fileURLToPath(new URL('../../bin/swiftshader.tar.br', entry)));
    const tar = await promisify(brotliDecompress)(packed, { maxOutputLength: MAX_ARCHIVE_BYTES });
    const files = readTar(tar, NAMES);
    for (const name of NAMES) {
      if (sha256(files.get(name)!) !== FILES[name]) throw new Error(`${name} is not the one of version 147.0.0`);
    }
    return files;
  } catch (cause) {
    throw new MovtError(
      'missing_dependency',
      `unpacking SwiftShader from the npm package @sparticuz/chromium 147.0.0: ${(cause as Error).message}. ` +
        'Install the dependencies again with pnpm install.',
      { cause },
    );
  }
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.partial`;
  try {
    await writeFile(temporary, content, { flag: 'wx', mode: 0o600 });
    await chmod(temporary, 0o500);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MovtError } from '@movt/kernels';

/** Mesa's compiler for AMD GPUs, and the shim that lets it start with none there. */
export interface AmdCompiler {
  readonly shim: string;
  /** The Vulkan driver's manifest. */
  readonly icd: string;
}

/** Where this machine keeps what matters here; a test says otherwise. */
export interface Folders {
  readonly libraries: readonly string[];
  readonly icds: readonly string[];
}

const SHIM = 'libamdgpu_noop_drm_shim.so';

/**
 * Finds the compiler.
 * @throws MovtError missing_dependency, with the way to get it, where a part is missing
 */
export function findCompiler(folders: Folders = thisMachine()): AmdCompiler {
  const shim = folders.libraries.map((folder) => join(folder, SHIM)).find(existsSync);
  const icd = folders.icds
    .flatMap((folder) => list(folder).map((name) => join(folder, name)))
    .find((path) => /\/radeon_icd[^/]*\.json$/.test(path));
  if (shim && icd) return { shim, icd };
  throw new MovtError(
    'missing_dependency',
    `looking for Mesa's AMD compiler: got no ${shim ? "Vulkan driver 'radeon'" : SHIM}, need Linux with Mesa 25 and its DRM shim. ` +
      'On Debian 12: apt-get install -t bookworm-backports mesa-drm-shim mesa-vulkan-drivers',
  );
}

function thisMachine(): Folders {
  const roots = ['/usr/lib', '/usr/local/lib'];
  const nested = roots.flatMap((root) =>
    list(root)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(root, name)),
  );
  const told = (process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(Boolean);
  return {
    libraries: [...told, ...nested, '/usr/lib64', ...roots],
    icds: ['/usr/share', '/usr/local/share', '/etc'].map((root) => join(root, 'vulkan', 'icd.d')),
  };
}

const list = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

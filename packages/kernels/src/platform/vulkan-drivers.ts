import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { badInput } from '../runtime/errors.ts';
import type { ChosenDriver } from './chosen-driver.ts';
import { hasSwiftShader, unpackSwiftShader } from './software.ts';

/** Where this machine keeps what matters here; a test says otherwise. */
export interface Machine {
  /** Folders that Vulkan drivers leave their manifests (.json) in. */
  icdFolders: string[];
  /** Files and folders that exist where a kernel driver for a GPU is loaded. */
  gpuNodes: string[];
  /** Whether libvulkan.so.1 is found by the dynamic linker. */
  hasLoader: boolean;
}

/** A driver that this process could use. */
export interface Driver {
  kind: ChosenDriver['kind'];
  /** Where it was found, for a person. */
  source: string;
  /** What must be set for it; unpacks what has to be unpacked. */
  environment: () => Promise<Record<string, string>>;
}

/** The words that a driver may be asked for with, beside the path of a manifest. */
export const DRIVER_WORDS = ['auto', 'gpu', 'lavapipe', 'swiftshader', 'list'];

/** This Linux machine. */
export function thisMachine(): Machine {
  const { HOME = '/', XDG_DATA_DIRS = '/usr/local/share:/usr/share' } = process.env;
  const { XDG_DATA_HOME = join(HOME, '.local', 'share') } = process.env;
  // The Vulkan loader's own list (LoaderDriverInterface.md), and where NVIDIA's containers mount theirs.
  const roots = ['/etc', ...XDG_DATA_DIRS.split(delimiter), XDG_DATA_HOME, '/usr/local/nvidia/share'];
  return {
    icdFolders: [...new Set(roots)].map((root) => join(root, 'vulkan', 'icd.d')),
    // Render nodes of the kernel's drivers, NVIDIA's own, and a GPU lent to WSL.
    gpuNodes: ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'],
    hasLoader: findsLoader(),
  };
}

/**
 * The drivers that `request` allows on this machine, best first; none of them tried yet.
 *
 * A manifest for a GPU lies on many machines that have none, so a GPU counts as there when the kernel shows it.
 *
 * @param request a word of DRIVER_WORDS or the path of a driver's manifest (several joined by `:`).
 * @throws MovtError `bad_input` for any other word and for a path that does not exist.
 */
export function findDrivers(request: string, machine: Machine): Driver[] {
  const manifests = machine.icdFolders.flatMap(manifestsIn);
  const lavapipe = manifests.filter(isLavapipe);
  const hardware = manifests.filter((path) => !isLavapipe(path));

  /** A machine with a driver but no loader (a container, often) gets the loader that comes with SwiftShader. */
  const withLoader = async (icd: string[]): Promise<Record<string, string>> => {
    const drivers = { VK_ICD_FILENAMES: icd.join(delimiter) };
    if (machine.hasLoader || !hasSwiftShader()) return drivers;
    const { folder } = await unpackSwiftShader();
    return { ...drivers, LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) };
  };

  const drivers: Driver[] = [];
  const add = (kind: Driver['kind'], source: string, environment: Driver['environment']) =>
    drivers.push({ kind, source, environment });

  const any = request === 'auto' || request === 'list';
  if ((any && machine.gpuNodes.some(existsSync)) || request === 'gpu') {
    // First as the machine is set up, with nothing set; then with what lies in folders that its loader may not search.
    if (machine.hasLoader) add('gpu', "the system's Vulkan", async () => ({}));
    if (hardware.length) add('gpu', hardware.join(delimiter), () => withLoader(hardware));
  }
  if (any || request === 'lavapipe') {
    for (const path of lavapipe) add('lavapipe', path, () => withLoader([path]));
  }
  if ((any || request === 'swiftshader') && hasSwiftShader()) {
    add('swiftshader', 'npm package @sparticuz/chromium', async () => {
      const { icd } = await unpackSwiftShader();
      return withLoader([icd]);
    });
  }
  if (!DRIVER_WORDS.includes(request)) {
    const paths = request.split(delimiter).map((path) => resolve(path));
    const missing = paths.find((path) => !existsSync(path));
    if (missing) {
      throw badInput({
        action: 'choosing an adapter',
        given: `"${request}"`,
        needed: `${DRIVER_WORDS.join(', ')} or the path of a Vulkan driver's .json`,
        fix: `There is no file ${missing}.`,
      });
    }
    add('file', paths.join(delimiter), () => withLoader(paths));
  }
  return drivers;
}

function manifestsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

/** Distributions name it lvp_icd.json or lvp_icd.x86_64.json. */
function isLavapipe(manifest: string): boolean {
  return /\/lvp_icd[^/]*$/.test(manifest);
}

/** Asks the dynamic linker itself: it knows every folder and cache that counts, and no file name does. */
function findsLoader(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
    return true;
  } catch (error) {
    // A library that loads is no Node addon; one that is not found, or is for another machine, says something else.
    return /did not self-register/.test((error as Error).message);
  }
}

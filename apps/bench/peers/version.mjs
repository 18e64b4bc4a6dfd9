import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version of an installed package; not every one lets its package.json be imported. */
export function installedVersion(name) {
  for (const folder of createRequire(import.meta.url).resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder: the next one up.
    }
  }
  throw new Error(`${name} is not installed`);
}

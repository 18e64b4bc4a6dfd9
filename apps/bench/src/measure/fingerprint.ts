import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import type { GpuContext } from '@movt/kernels';
import { DAWN_TOGGLES } from '@movt/kernels/platform';
import type { Fingerprint } from './types.ts';

/** Which machine this context's times come from. */
export function fingerprintOf({ adapter, traits }: GpuContext): Fingerprint {
  const { name, vendor, architecture } = adapter;
  return {
    vendor,
    architecture,
    driver: name,
    dawn: dawnVersion(),
    toggles: DAWN_TOGGLES,
    cpu: traits.software ? (cpus()[0]?.model ?? 'unknown') : '',
  };
}

function dawnVersion(): string {
  const main = createRequire(import.meta.url).resolve('webgpu');
  const manifest = readFileSync(new URL('package.json', `file://${main}`), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

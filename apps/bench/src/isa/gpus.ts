import { badInput } from '@movt/kernels';

/** A GPU that Mesa's shim stands in for. */
export interface Gpu {
  /** The shim's name for it. */
  readonly id: string;
  readonly product: string;
  /** Runs waves of 32 threads and of 64 (RDNA); the older GCN knows 64 only. */
  readonly doublesWide: boolean;
}

const gpu = (id: string, product: string, doublesWide: boolean): Gpu => ({ id, product, doublesWide });

export const GPUS: readonly Gpu[] = [
  gpu('polaris10', 'Radeon RX 480, GCN 4', false),
  gpu('polaris12', 'Radeon RX 550, GCN 4', false),
  gpu('vega10', 'Radeon RX Vega, GCN 5', false),
  gpu('navi10', 'Radeon RX 5700, RDNA 1', true),
  gpu('navi21', 'Radeon RX 6800, RDNA 2', true),
  gpu('navi31', 'Radeon RX 7900, RDNA 3', true),
  gpu('gfx1150', 'Radeon 890M, RDNA 3.5', true),
];

/** The GPUs of a list such as `navi31,navi21`. Throws bad_input for one that is not known. */
export function parseGpus(list: string): Gpu[] {
  return [...new Set(list.split(','))].map((id) => {
    const found = GPUS.find((known) => known.id === id);
    if (found) return found;
    throw badInput({
      action: 'choosing a GPU to compile for',
      given: `"${id}"`,
      needed: `names from ${GPUS.map((known) => known.id).join(', ')}, with commas between`,
    });
  });
}

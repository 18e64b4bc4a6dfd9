import type { AdapterTraits } from '../../runtime/context.ts';
import { linearGrid, type Variant } from '../../runtime/kernel.ts';
import source from './row_reduction.wgsl';

/** A matrix that is reduced over its last axis. */
export interface Rows {
  readonly rows: number;
  readonly width: number;
}

/**
 * A variant whose source calls row_index(), row_lane(), row_sum() and row_max(), with the geometry that suits the
 * adapter: see row_reduction.wgsl. The kernel's first lines enable subgroups under the flag SUBGROUP.
 */
export function rowVariant(kernelSource: string, { rows, width }: Rows, traits: AdapterTraits): Variant {
  const sharing = chooseSharing(width, traits);
  const workgroupSize = { workgroup: workgroupLanes(width), subgroup: traits.subgroupSize, none: THREADS_APART }[
    sharing
  ];
  const groups = sharing === 'none' ? Math.ceil(rows / workgroupSize) : rows;
  return {
    source: kernelSource + source,
    flags: { WORKGROUP: sharing === 'workgroup', SUBGROUP: sharing === 'subgroup' },
    overrides: { WORKGROUP_SIZE: workgroupSize },
    workgroups: linearGrid(groups),
  };
}

/** Threads of a workgroup in which each has a row of its own: few, so that few rows still keep all cores at work. */
const THREADS_APART = 8;

/** From this width on, a row has work for more than one subgroup. */
const WIDE = 1024;

/** Workgroup memory is what a software adapter is slowest at, and there subgroups gain nothing over threads apart. */
function chooseSharing(width: number, { software, subgroupSize }: AdapterTraits): 'workgroup' | 'subgroup' | 'none' {
  if (software) return 'none';
  return subgroupSize > 0 && width < WIDE ? 'subgroup' : 'workgroup';
}

/** A power of two of 32 … 256 that leaves each thread about four elements. */
function workgroupLanes(width: number): number {
  return Math.min(256, Math.max(32, 2 ** Math.ceil(Math.log2(width / 4))));
}

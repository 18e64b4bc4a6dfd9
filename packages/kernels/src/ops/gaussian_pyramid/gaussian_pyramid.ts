import { defineKernel, linearGrid } from '../../runtime/kernel.ts';
import source from './gaussian_pyramid.wgsl';
import type { PackedImage } from './pyramid.ts';

/** One step down a pyramid, inside a buffer of `length` packed RGBA pixels. */
export interface GaussianPyramidProblem {
  readonly length: number;
  /** The level that is there, and the one to fill: half its size, rounded up. */
  readonly finer: PackedImage;
  readonly coarser: PackedImage;
}

const WORKGROUP_SIZE = 64;

/** Output pixels of a thread, below each other: each row of the finer level is then summed little more than once. */
const ROWS = 8;

const pixelCount = ({ width, height }: PackedImage) => width * height;

/** Four channels; five taps along each of five rows, then five rows. */
const filterMacs = (coarser: PackedImage) => pixelCount(coarser) * 4 * (25 + 5);

/** Fills the next coarser level of a Gaussian pyramid, in place: images u32 [length], RGBA of 8 bits each. */
export const gaussianPyramid = defineKernel<GaussianPyramidProblem>({
  name: 'gaussian_pyramid',
  bindings: [{ name: 'images', access: 'read_write', type: 'u32', length: ({ length }) => length }],
  params: ({ finer, coarser }) => [
    { u32: finer.offset },
    { u32: finer.width },
    { u32: finer.height },
    { u32: coarser.offset },
  ],
  variant: ({ coarser }) => ({
    source,
    overrides: { WORKGROUP_SIZE, ROWS },
    workgroups: linearGrid(Math.ceil((coarser.width * Math.ceil(coarser.height / ROWS)) / WORKGROUP_SIZE)),
  }),
  flops: ({ coarser }) => 2 * filterMacs(coarser),
  macs: ({ coarser }) => filterMacs(coarser),
  bytes: ({ finer, coarser }) => 4 * (pixelCount(finer) + pixelCount(coarser)),
});

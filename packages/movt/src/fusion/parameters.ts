import { affine, layerNorm, movtParameters, type Parameter } from '../parameters.ts';
import { pixtParameters } from '../pixt/parameters.ts';
import { videomaeParameters } from '../videomae/parameters.ts';
import type { FusionConfig } from './config.ts';

/** Names of the branches, with which their parameters' names begin. */
export const BRANCHES = ['movt', 'videomae'] as const;
export type Branch = (typeof BRANCHES)[number];

/** Channels inside a cross-attention block's feed-forward part, in widths **(chosen)**. */
export const MLP_RATIO = 4;

/** What a branch's block `i` is called. */
export const blockName = (branch: Branch, i: number) => `cross.${i}.${branch}`;

/**
 * The block of one branch. What it adds begins as zeros **(chosen)**: with branches that were trained, a fusion then begins as the late fusion of
 * both, and goes on from there.
 */
function block(name: string, width: number, other: number): Parameter[] {
  const zeros = (part: string, inputs: number) =>
    affine(`${name}.${part}`, [width, inputs]).map((parameter): Parameter => ({ ...parameter, init: { constant: 0 } }));
  return [
    ...layerNorm(`${name}.norm1`, width),
    ...affine(`${name}.query`, [width, width]),
    // As VideoMAE's: softmax does not see a bias of keys.
    affine(`${name}.key`, [width, other])[0],
    ...affine(`${name}.value`, [width, other]),
    ...zeros('out_proj', width),
    ...layerNorm(`${name}.norm2`, width),
    ...affine(`${name}.linear1`, [MLP_RATIO * width, width]),
    ...zeros('linear2', MLP_RATIO * width),
  ];
}

/** Every parameter of a fusion: `movt.…` and `videomae.…` as the branches name theirs, but for their heads; `cross.…`; `head.…`. */
export function fusionParameters({ movt, videomae, blocks, outputs }: FusionConfig): Parameter[] {
  const points = 'model' in movt ? pixtParameters(movt) : movtParameters(movt);
  const branch = (name: Branch, parameters: readonly Parameter[]) =>
    parameters
      .filter((parameter) => !parameter.name.startsWith('head.'))
      .map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` }));
  const cross = Array.from({ length: blocks }, (_, i) => [
    ...block(blockName('movt', i), movt.width, videomae.width),
    ...block(blockName('videomae', i), videomae.width, movt.width),
  ]);
  return [
    ...branch('movt', points),
    ...branch('videomae', videomaeParameters(videomae)),
    ...cross.flat(),
    ...affine('head', [outputs, movt.width + videomae.width]),
  ];
}

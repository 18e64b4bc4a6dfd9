import type { TrunkConfig } from './config.ts';
import type { Network } from './model.ts';

/** What MovT and PixT have in common as networks. */
export function trunkNetwork({
  motionHidden,
  width,
  feedForward,
  layers,
}: TrunkConfig): Pick<Network, 'groups' | 'depth' | 'depthOf' | 'largestTensor'> {
  const depth = layers + 1;
  return {
    groups: ['motion', 'position', 'fuse', 'encoder', 'head'],
    depth,
    depthOf(parameter) {
      if (parameter.startsWith('head.')) return depth;
      const layer = /^encoder\.layers\.(\d+)\./.exec(parameter)?.[1];
      return layer === undefined ? 0 : Number(layer) + 1;
    },
    largestTensor: ({ batch, frames, points }) =>
      batch * points * Math.max(frames * Math.max(...motionHidden), 3 * width, feedForward),
  };
}

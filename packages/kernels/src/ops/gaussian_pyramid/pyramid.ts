/** One picture inside a buffer of packed RGBA pixels: `width`·`height` elements from `offset` on. */
export interface PackedImage {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The levels of a pyramid that starts at element `offset`, finest first, one behind the other; each is half as wide and high as the one
 * before, rounded up. `klt.wgsl` walks the same layout.
 */
export function pyramidLevels(offset: number, width: number, height: number, levels: number): PackedImage[] {
  const images: PackedImage[] = [{ offset, width, height }];
  for (let level = 1; level < levels; level++) {
    const finer = images[level - 1]!;
    images.push({
      offset: finer.offset + finer.width * finer.height,
      width: Math.ceil(finer.width / 2),
      height: Math.ceil(finer.height / 2),
    });
  }
  return images;
}

/** Elements that a pyramid takes. */
export function pyramidLength(width: number, height: number, levels: number): number {
  return pyramidLevels(0, width, height, levels).reduce((sum, image) => sum + image.width * image.height, 0);
}

/** How a stored picture must be turned to be looked at: clockwise first, then mirrored left to right. */
export interface Orientation {
  rotation: 0 | 90 | 180 | 270;
  flip: boolean;
}

/**
 * Turns RGBA [height, width, 4] as `orientation` says; a quarter turn swaps width and height. An upright picture is
 * returned as it is.
 */
export function orient(
  data: Uint8Array,
  width: number,
  height: number,
  { rotation, flip }: Orientation,
): { data: Uint8Array; width: number; height: number } {
  if (rotation === 0 && !flip) return { data, width, height };
  const isTurned = rotation === 90 || rotation === 270;
  const [outWidth, outHeight] = isTurned ? [height, width] : [width, height];
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const u = flip ? outWidth - 1 - x : x;
      // Where the pixel at (u, y) of the turned picture came from.
      const [fromX, fromY] =
        rotation === 0
          ? [u, y]
          : rotation === 90
            ? [y, height - 1 - u]
            : rotation === 180
              ? [width - 1 - u, height - 1 - y]
              : [width - 1 - y, u];
      to[y * outWidth + x] = from[fromY * width + fromX];
    }
  }
  return { data: new Uint8Array(to.buffer), width: outWidth, height: outHeight };
}

/** A picture's size and margins in pixels, and what its axes span. */
export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Least and greatest cost (logarithmic), and accuracy. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Where a value is drawn. */
export function toPixels({ left, top, width, height, x, y }: PlotFrame, cost: number, accuracy: number) {
  return {
    left: left + (width * Math.log(cost / x[0])) / Math.log(x[1] / x[0]),
    top: top + (height * (y[1] - accuracy)) / (y[1] - y[0]),
  };
}

/** The value that is drawn there. */
export function toValues(frame: PlotFrame, left: number, top: number) {
  const { x, y } = frame;
  return {
    cost: x[0] * (x[1] / x[0]) ** ((left - frame.left) / frame.width),
    accuracy: y[1] - ((top - frame.top) / frame.height) * (y[1] - y[0]),
  };
}

/** Round numbers for a logarithmic axis, `most` at the most where there are any: steps of 1-2-5, 1-3 or whole powers of ten. */
export function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const ticksOf = (digits: readonly number[], every: number) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      if (power % every !== 0) continue;
      for (const digit of digits) {
        const tick = Number(`${digit}e${power}`);
        if (tick >= low && tick <= high) ticks.push(tick);
      }
    }
    return ticks;
  };
  const choices = [
    ticksOf([1, 1.5, 2, 3, 4, 5, 6, 8], 1),
    ticksOf([1, 2, 5], 1),
    ticksOf([1, 3], 1),
    ticksOf([1], 1),
    ticksOf([1], 2),
    ticksOf([1], 3),
  ];
  return choices.find((ticks) => ticks.length <= most) ?? [];
}

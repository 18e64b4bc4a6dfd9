/** A map of the plane that keeps shapes: x' = a·x − b·y + x₀, y' = b·x + a·y + y₀. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly x: number;
  readonly y: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Scales and turns about the origin, then moves. @param angle radians; clockwise in a picture, whose y points down. */
export function similarity({ x, y }: Place, angle: number, scale: number): Similarity {
  return { a: scale * Math.cos(angle), b: scale * Math.sin(angle), x, y };
}

export function apply({ a, b, x, y }: Similarity, p: Place): Place {
  return { x: a * p.x - b * p.y + x, y: b * p.x + a * p.y + y };
}

/** First `inner`, then `outer`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  const { a, b } = outer;
  return { a: a * inner.a - b * inner.b, b: b * inner.a + a * inner.b, ...apply(outer, inner) };
}

export function invert({ a, b, x, y }: Similarity): Similarity {
  const square = a * a + b * b;
  const turned = { a: a / square, b: -b / square, x: 0, y: 0 };
  const { x: back, y: up } = apply(turned, { x, y });
  return { ...turned, x: -back, y: -up };
}

// What the forward normalised, out of its statistics: (v - mean) * rstd with v = x or x + residual. Appended to backward kernels
// that have x, residual under the flag RESIDUAL, and Elements, four numbers under VEC4.

// The two terms of a row's first number, from which its mean is counted.
fn origin_of(start: u32) -> vec2f {
#if VEC4
#if RESIDUAL
  return vec2f(x[start].x, residual[start].x);
#else
  return vec2f(x[start].x, 0.0);
#endif
#else
#if RESIDUAL
  return vec2f(x[start], residual[start]);
#else
  return vec2f(x[start], 0.0);
#endif
#endif
}

fn normalised(at: u32, origin: vec2f, mean: f32, rstd: f32) -> Elements {
#if RESIDUAL
  return ((x[at] - origin.x) + (residual[at] - origin.y) - mean) * rstd;
#else
  return ((x[at] - origin.x) - mean) * rstd;
#endif
}

// Activations of one number or of four, to be appended to the source of any kernel that has the flags RELU, GELU and GELU_TANH.
// activate() is the one whose flag is set, or the identity. NaN stays NaN.

fn activate(v: f32) -> f32 {
#if RELU
  return relu(v);
#elif GELU
  return gelu(v);
#elif GELU_TANH
  return gelu_tanh(v);
#else
  return v;
#endif
}

fn activate4(v: vec4f) -> vec4f {
#if RELU
  return select(v, vec4f(0), v < vec4f(0));
#else
  return vec4f(activate(v.x), activate(v.y), activate(v.z), activate(v.w));
#endif
}

#if RELU
fn relu(v: f32) -> f32 {
  return select(v, 0.0, v < 0.0); // max() may drop a NaN
}
#endif

#if GELU
// v * Phi(v). Phi is computed in its lower tail, where it is small but never a difference: relative error below 1e-6.
fn gelu(v: f32) -> f32 {
  let tail = normal_tail(abs(v));
  return v * select(1.0 - tail, tail, v < 0.0);
}

// Phi(-a) for a >= 0, as exp(-a^2 / 2) * P(t) with t = 1 / (1 + 0.3 a): the form of Abramowitz and Stegun 26.2.17, its
// eight coefficients fitted anew for the least greatest relative error over 0 <= a <= 14 (1.5e-7, and 4.7e-7 in f32).
fn normal_tail(a: f32) -> f32 {
  let bounded = min(a, 16.0); // Phi(-14) is below the least f32: zero from here on
  let t = 1.0 / (1.0 + 0.3 * bounded);
  let low = 0.119629299 + t * (0.120753951 + t * (0.0999135226 + t * 0.128561526));
  let high = -0.0536834562 + t * (0.206353304 + t * (-0.157202967 + t * 0.0356747469));
  return t * (low + t * t * t * t * high) * gaussian(bounded);
}

// exp(-a^2 / 2). The square of the upper 12 bits of `a` is exact, and whole powers of two are split off (Cody and
// Waite), so that rounding and the adapter's exp() see small arguments only.
fn gaussian(a: f32) -> f32 {
  let upper = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let exact = -0.5 * upper * upper;
  let power = round(exact * 1.44269504);
  let rest = exact - power * 0.693359375 + power * 2.12194440e-4 - 0.5 * (a - upper) * (a + upper);
  return ldexp(exp(rest), i32(power));
}
#endif

#if GELU_TANH
// 0.5 v (1 + tanh u), u = sqrt(2 / pi) (v + 0.044715 v^3), as v / (1 + exp(-2 u)): no difference of near equals, and no
// tanh(), which overflows in some drivers. exp(88) is about the largest that an f32 holds.
fn gelu_tanh(v: f32) -> f32 {
  let twice = 1.5957691216 * (v + 0.044715 * v * v * v);
  return v / (1.0 + exp(min(-twice, 88.0)));
}
#endif

// The gradient before an activation from the one behind it, of one element or of four, to be appended to activation_functions.wgsl in kernels
// with its flags. v is what went into the activation; for relu it may be what came out. A NaN in v or dy stays NaN, but for dy where relu is shut.

fn activate_backward(dy: f32, v: f32) -> f32 {
#if RELU
  return select(dy, 0.0, v <= 0.0);
#elif GELU
  return dy * gelu_slope(v);
#elif GELU_TANH
  return dy * gelu_tanh_slope(v);
#else
  return dy;
#endif
}

fn activate_backward4(dy: vec4f, v: vec4f) -> vec4f {
#if RELU
  return select(dy, vec4f(0), v <= vec4f(0));
#else
  return vec4f(
    activate_backward(dy.x, v.x),
    activate_backward(dy.y, v.y),
    activate_backward(dy.z, v.z),
    activate_backward(dy.w, v.w),
  );
#endif
}

#if GELU
// Phi(v) + v * phi(v).
fn gelu_slope(v: f32) -> f32 {
  let a = min(abs(v), 16.0); // phi(16) is below the least f32
  let tail = normal_tail(a);
  return select(1.0 - tail, tail, v < 0.0) + v * (0.3989422804 * gaussian(a));
}
#endif

#if GELU_TANH
// s + v s (1 - s) 2u' with s = 1 / (1 + exp(-2u)), the forward's factor of v. Beyond 10 it is 0 or 1 to less than 1e-30.
fn gelu_tanh_slope(v: f32) -> f32 {
  let bounded = select(v, sign(v) * 10.0, abs(v) > 10.0);
  let square = bounded * bounded;
  let s = 1.0 / (1.0 + exp(min(-1.5957691216 * bounded * (1.0 + 0.044715 * square), 88.0)));
  return s + bounded * s * (1.0 - s) * 1.5957691216 * (1.0 + 0.134145 * square);
}
#endif

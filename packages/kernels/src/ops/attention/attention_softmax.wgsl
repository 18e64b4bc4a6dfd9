// What both forms of attention share beside the operands: what they write, and the online softmax.

@group(0) @binding(4) var<storage, read_write> y: array<Element>; // [B*Nq, H*D]
#if LSE
@group(0) @binding(5) var<storage, read_write> lse: array<f32>; // [B, H, Nq]
#endif
#if DROPOUT
@group(0) @binding(6) var<storage, read> draw: array<u32>; // [2]: seed, number of the draw
#endif
@group(0) @binding(7) var<uniform> params: Params;

// Score of a key that is not to be seen: finite, for infinity minus infinity is NaN.
const HIDDEN = -3.4028234e38;

#if VEC4
fn store_y(head: Head, row: u32, d: u32, value: vec4f) {
  let at = ((head.batch * params.queries + row) * params.heads + head.index) * params.head_dim;
  y[(at + d) / 4] = value;
}
#else
fn store_y(head: Head, row: u32, d: u32, value: vec4f) {
  let at = ((head.batch * params.queries + row) * params.heads + head.index) * params.head_dim;
  for (var i = 0u; i < min(4, params.head_dim - d); i++) {
    y[at + d + i] = value[i];
  }
}
#endif

// Softmax of four queries over the keys, four more at a time. In s rows are queries and columns keys; peak and total are
// the running maximum and sum.
// Source: Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.

// s with the columns of hidden keys replaced.
fn hide(seen: vec4<bool>, s: mat4x4f) -> mat4x4f {
  return mat4x4f(
    select(vec4f(HIDDEN), s[0], seen.x),
    select(vec4f(HIDDEN), s[1], seen.y),
    select(vec4f(HIDDEN), s[2], seen.z),
    select(vec4f(HIDDEN), s[3], seen.w),
  );
}

// exp((s - peak)/sqrt(D)), and 0 for a hidden key even where every key so far is hidden, and peak is HIDDEN too. Scores
// are scaled after the subtraction, which then rounds less where they are large.
fn weight(s: vec4f, peak: vec4f) -> vec4f {
  return select(exp2((s - peak) * params.scale), vec4f(0), s <= vec4f(HIDDEN));
}

// What to multiply sums by that were made under the maximum `before`.
fn decay_of(before: vec4f, peak: vec4f) -> vec4f {
  return exp2((before - peak) * params.scale);
}

fn weights(s: mat4x4f, peak: vec4f) -> mat4x4f {
  return mat4x4f(weight(s[0], peak), weight(s[1], peak), weight(s[2], peak), weight(s[3], peak));
}

fn column_max(s: mat4x4f) -> vec4f {
  return max(max(s[0], s[1]), max(s[2], s[3]));
}

fn column_sum(s: mat4x4f) -> vec4f {
  return (s[0] + s[1]) + (s[2] + s[3]);
}

fn scaled(o: mat4x4f, factor: vec4f) -> mat4x4f {
  return mat4x4f(o[0] * factor, o[1] * factor, o[2] * factor, o[3] * factor);
}

// 1/total, and 0 for a query that sees no key: its row of y is zeros.
fn reciprocal(total: vec4f) -> vec4f {
  return select(1 / total, vec4f(0), total == vec4f(0));
}

#if LSE
const LN_2 = 0.6931471805599453;

// ln of the sum of exp(scores/sqrt(D)) of four queries, and 0 for one that sees no key: its gradients are zeros whatever stands here.
fn store_lse(head: Head, query: u32, peak: vec4f, total: vec4f) {
  let value = select((peak * params.scale + log2(total)) * LN_2, vec4f(0), total == vec4f(0));
  let start = (head.batch * params.heads + head.index) * params.queries;
  for (var i = 0u; i < 4 && query + i < params.queries; i++) {
    lse[start + query + i] = value[i];
  }
}
#endif

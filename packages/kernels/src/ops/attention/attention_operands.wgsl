// What both attention shaders share: the operands, four dimensions of a head at a time, and the online softmax.
// Rows are strided, so that q, k and v may be columns of one packed projection.

struct Params {
  batch: u32,    // B
  queries: u32,  // Nq
  keys: u32,     // Nk
  heads: u32,    // H
  head_dim: u32, // D
  q_stride: u32, // elements from one row to the next
  k_stride: u32,
  v_stride: u32,
  q_offset: u32, // first column
  k_offset: u32,
  v_offset: u32,
  scale: f32,    // log2(e)/sqrt(D): the softmax below is in powers of 2
}

// Where D is a multiple of 4 so are strides and offsets, and a load is one vec4.
#if VEC4
alias Element = vec4f;
#else
alias Element = f32;
#endif

@group(0) @binding(0) var<storage, read> q: array<Element>; // [B*Nq, q_stride]
@group(0) @binding(1) var<storage, read> k: array<Element>; // [B*Nk, k_stride]
@group(0) @binding(2) var<storage, read> v: array<Element>; // [B*Nk, v_stride]
#if MASK
@group(0) @binding(3) var<storage, read> mask: array<u32>; // [B, Nk], 1 = attend
#endif
@group(0) @binding(4) var<storage, read_write> y: array<Element>; // [B*Nq, H*D]
@group(0) @binding(5) var<uniform> params: Params;

// Score of a key that is not to be seen: finite, for infinity minus infinity is NaN.
const HIDDEN = -3.4028234e38;

// The batch element and the head that a workgroup works on.
struct Head {
  batch: u32,
  index: u32,
}

fn head_of(group: u32, tiles: u32) -> Head {
  return Head(group / tiles / params.heads, group / tiles % params.heads);
}

#if VEC4
fn load_q(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.queries + row) * params.q_stride + params.q_offset + head.index * params.head_dim;
  return q[(at + d) / 4];
}

fn load_k(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.keys + row) * params.k_stride + params.k_offset + head.index * params.head_dim;
  return k[(at + d) / 4];
}

fn load_v(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.keys + row) * params.v_stride + params.v_offset + head.index * params.head_dim;
  return v[(at + d) / 4];
}

fn store_y(head: Head, row: u32, d: u32, value: vec4f) {
  let at = ((head.batch * params.queries + row) * params.heads + head.index) * params.head_dim;
  y[(at + d) / 4] = value;
}
#else
// Four dimensions from d on. Those past the last are read from the last and then zeroed by `inside`.
fn columns(d: u32) -> vec4u {
  return min(d + vec4u(0, 1, 2, 3), vec4u(params.head_dim - 1));
}

fn inside(d: u32, value: vec4f) -> vec4f {
  return select(vec4f(0), value, d + vec4u(0, 1, 2, 3) < vec4u(params.head_dim));
}

fn load_q(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.queries + row) * params.q_stride + params.q_offset + head.index * params.head_dim + columns(d);
  return inside(d, vec4f(q[at.x], q[at.y], q[at.z], q[at.w]));
}

fn load_k(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.keys + row) * params.k_stride + params.k_offset + head.index * params.head_dim + columns(d);
  return inside(d, vec4f(k[at.x], k[at.y], k[at.z], k[at.w]));
}

fn load_v(head: Head, row: u32, d: u32) -> vec4f {
  let at = (head.batch * params.keys + row) * params.v_stride + params.v_offset + head.index * params.head_dim + columns(d);
  return inside(d, vec4f(v[at.x], v[at.y], v[at.z], v[at.w]));
}

fn store_y(head: Head, row: u32, d: u32, value: vec4f) {
  let at = ((head.batch * params.queries + row) * params.heads + head.index) * params.head_dim;
  for (var i = 0u; i < min(4, params.head_dim - d); i++) {
    y[at + d + i] = value[i];
  }
}
#endif

// Whether a key takes part; false past the last one.
fn visible(head: Head, key: u32) -> bool {
#if MASK
  return (key < params.keys) & (mask[head.batch * params.keys + min(key, params.keys - 1)] != 0); // no &&: the loads of four keys go together
#else
  return key < params.keys;
#endif
}

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

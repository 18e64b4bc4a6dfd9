// What all attention shaders share, forward and backward: the operands, four dimensions of a head at a time. `params` is bound by whoever
// appends this, after its own buffers.
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
  scale: f32,    // log2(e)/sqrt(D): exponentials are powers of 2
#if DROPOUT
  layer: u32,
  threshold: u32,
  keep_scale: f32,
#endif
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

// The batch element and the head that a workgroup works on.
struct Head {
  batch: u32,
  index: u32,
}

fn head_of(group: u32, tiles: u32) -> Head {
  return Head(group / tiles / params.heads, group / tiles % params.heads);
}

// Where a head's part of a row begins, and four dimensions of it.
fn q_base(head: Head, row: u32) -> u32 {
  return (head.batch * params.queries + row) * params.q_stride + params.q_offset + head.index * params.head_dim;
}

fn k_base(head: Head, row: u32) -> u32 {
  return (head.batch * params.keys + row) * params.k_stride + params.k_offset + head.index * params.head_dim;
}

fn v_base(head: Head, row: u32) -> u32 {
  return (head.batch * params.keys + row) * params.v_stride + params.v_offset + head.index * params.head_dim;
}

#if VEC4
fn q_at(base: u32, d: u32) -> vec4f {
  return q[(base + d) / 4];
}

fn k_at(base: u32, d: u32) -> vec4f {
  return k[(base + d) / 4];
}

fn v_at(base: u32, d: u32) -> vec4f {
  return v[(base + d) / 4];
}
#else
// Four dimensions from d on. Those past the last are read from the last and then zeroed by `inside`.
fn columns(d: u32) -> vec4u {
  return min(d + vec4u(0, 1, 2, 3), vec4u(params.head_dim - 1));
}

fn inside(d: u32, value: vec4f) -> vec4f {
  return select(vec4f(0), value, d + vec4u(0, 1, 2, 3) < vec4u(params.head_dim));
}

fn q_at(base: u32, d: u32) -> vec4f {
  let at = base + columns(d);
  return inside(d, vec4f(q[at.x], q[at.y], q[at.z], q[at.w]));
}

fn k_at(base: u32, d: u32) -> vec4f {
  let at = base + columns(d);
  return inside(d, vec4f(k[at.x], k[at.y], k[at.z], k[at.w]));
}

fn v_at(base: u32, d: u32) -> vec4f {
  let at = base + columns(d);
  return inside(d, vec4f(v[at.x], v[at.y], v[at.z], v[at.w]));
}
#endif

fn load_q(head: Head, row: u32, d: u32) -> vec4f {
  return q_at(q_base(head, row), d);
}

fn load_k(head: Head, row: u32, d: u32) -> vec4f {
  return k_at(k_base(head, row), d);
}

fn load_v(head: Head, row: u32, d: u32) -> vec4f {
  return v_at(v_base(head, row), d);
}

// Whether a key takes part; false past the last one.
fn visible(head: Head, key: u32) -> bool {
#if MASK
  return (key < params.keys) & (mask[head.batch * params.keys + min(key, params.keys - 1)] != 0); // no &&: the loads of four keys go together
#else
  return key < params.keys;
#endif
}

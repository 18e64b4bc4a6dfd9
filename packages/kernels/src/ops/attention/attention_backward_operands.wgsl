// What both forms of attention's backward share. One shader serves two dispatches, that differ in which rows a thread owns and which pass by:
//
//            own      passing  sums over the passing
//   queries  q, dy    k, v     dq = Σ ds·k
//   keys     k, v     q, dy    dk = Σ ds·q, dv = Σ p·dy
//
// with p = exp(q·k/√D - lse) and ds = p·(dy·v - dy·y)/√D for each pair. Where weights were dropped, m being the mask, dv = Σ p·m·dy and
// ds = p·(m·dy·v - dy·y)/√D: y has been through the mask, and dy·y is Σ p·m·dy·v over the keys, the product of p and its gradient. Each sum is one thread's, in a fixed order: no atomics, and the same
// bits every time. In the matrices below rows are own and columns are passing.
// Source: Dao, "FlashAttention-2", 2023, algorithm 2.

@group(0) @binding(4) var<storage, read> dy: array<Element>;  // [B*Nq, H*D]
@group(0) @binding(5) var<storage, read> stats: array<vec2f>; // [B, H, Nq]: lse in powers of 2, dy·y
#if KEYS
@group(0) @binding(6) var<storage, read_write> dk: array<Element>; // laid out like k
#if SEPARATE
@group(0) @binding(7) var<storage, read_write> dv: array<Element>; // like v; packed, it is a part of dk's tensor
#endif
#if DROPOUT
@group(0) @binding(8) var<storage, read> draw: array<u32>; // [2]: seed, number of the draw
#endif
@group(0) @binding(9) var<uniform> params: Params;
#else
@group(0) @binding(6) var<storage, read_write> dq: array<Element>; // laid out like q
#if DROPOUT
@group(0) @binding(7) var<storage, read> draw: array<u32>;
#endif
@group(0) @binding(8) var<uniform> params: Params;
#endif

const LN_2 = 0.6931471805599453;

fn dy_at(head: Head, row: u32) -> u32 {
  return ((head.batch * params.queries + row) * params.heads + head.index) * params.head_dim;
}

#if VEC4
fn load_dy(head: Head, row: u32, d: u32) -> vec4f {
  return dy[(dy_at(head, row) + d) / 4];
}
#else
fn load_dy(head: Head, row: u32, d: u32) -> vec4f {
  let at = dy_at(head, row) + columns(d);
  return inside(d, vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]));
}
#endif

fn load_stats(head: Head, query: u32) -> vec2f {
  return stats[(head.batch * params.heads + head.index) * params.queries + min(query, params.queries - 1)];
}

#if KEYS
fn own_count() -> u32 {
  return params.keys;
}

fn passing_count() -> u32 {
  return params.queries;
}

fn load_own_a(head: Head, row: u32, d: u32) -> vec4f {
  return load_k(head, row, d);
}

fn load_own_b(head: Head, row: u32, d: u32) -> vec4f {
  return load_v(head, row, d);
}

fn load_passing_a(head: Head, row: u32, d: u32) -> vec4f {
  return load_q(head, row, d);
}

fn load_passing_b(head: Head, row: u32, d: u32) -> vec4f {
  return load_dy(head, row, d);
}
#else
fn own_count() -> u32 {
  return params.queries;
}

fn passing_count() -> u32 {
  return params.keys;
}

fn load_own_a(head: Head, row: u32, d: u32) -> vec4f {
  return load_q(head, row, d);
}

fn load_own_b(head: Head, row: u32, d: u32) -> vec4f {
  return load_dy(head, row, d);
}

fn load_passing_a(head: Head, row: u32, d: u32) -> vec4f {
  return load_k(head, row, d);
}

fn load_passing_b(head: Head, row: u32, d: u32) -> vec4f {
  return load_v(head, row, d);
}
#endif

fn four_visible(head: Head, key: u32) -> vec4<bool> {
  return vec4<bool>(visible(head, key), visible(head, key + 1), visible(head, key + 2), visible(head, key + 3));
}

// p and ds·√D of four own rows with four passing ones.
struct Pair {
  p: mat4x4f,
  ds: mat4x4f,
}

// What weighs four own rows: which of the keys are seen, or how the queries' softmax is normalised.
#if KEYS
alias Own = vec4<bool>;

fn own_of(head: Head, own: u32) -> Own {
  return four_visible(head, own);
}
#else
struct Own {
  lse: vec4f,
  dot: vec4f, // dy·y
}

fn own_of(head: Head, own: u32) -> Own {
  let a = load_stats(head, own);
  let b = load_stats(head, own + 1);
  let c = load_stats(head, own + 2);
  let d = load_stats(head, own + 3);
  return Own(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}
#endif

// From s = q·k and dp = dy·v. The weight of a hidden key, or of a row past the last, is 0 whatever its score.
fn pair_of(head: Head, own: Own, passing: u32, s: mat4x4f, dp: mat4x4f) -> Pair {
#if KEYS
  let a = load_stats(head, passing);
  let b = load_stats(head, passing + 1);
  let c = load_stats(head, passing + 2);
  let d = load_stats(head, passing + 3);
  let there = vec4u(passing) + vec4u(0, 1, 2, 3) < vec4u(params.queries);
  let p = mat4x4f(
    weight(s[0], vec4f(a.x), own & vec4<bool>(there.x)),
    weight(s[1], vec4f(b.x), own & vec4<bool>(there.y)),
    weight(s[2], vec4f(c.x), own & vec4<bool>(there.z)),
    weight(s[3], vec4f(d.x), own & vec4<bool>(there.w)),
  );
  return Pair(p, mat4x4f(p[0] * (dp[0] - a.y), p[1] * (dp[1] - b.y), p[2] * (dp[2] - c.y), p[3] * (dp[3] - d.y)));
#else
  let seen = four_visible(head, passing);
  let p = mat4x4f(
    weight(s[0], own.lse, vec4<bool>(seen.x)),
    weight(s[1], own.lse, vec4<bool>(seen.y)),
    weight(s[2], own.lse, vec4<bool>(seen.z)),
    weight(s[3], own.lse, vec4<bool>(seen.w)),
  );
  return Pair(p, mat4x4f(p[0] * (dp[0] - own.dot), p[1] * (dp[1] - own.dot), p[2] * (dp[2] - own.dot), p[3] * (dp[3] - own.dot)));
#endif
}

#if DROPOUT
// The mask of four own rows with four passing ones.
fn mask_of(head: Head, own: u32, passing: u32) -> mat4x4f {
#if KEYS
  return weights_mask(head, passing, own);
#else
  return transpose(weights_mask(head, own, passing));
#endif
}
#endif

fn weight(s: vec4f, lse: vec4f, seen: vec4<bool>) -> vec4f {
  return select(vec4f(0), exp2(s * params.scale - lse), seen);
}

// Writes four own rows of the gradient of a (q or k), which is still to be divided by √D.
fn store_da(head: Head, own: u32, d: u32, sums: mat4x4f) {
  let rows = transpose(sums * (params.scale * LN_2));
  for (var i = 0u; i < 4 && own + i < own_count(); i++) {
#if KEYS
    let at = (head.batch * params.keys + own + i) * params.k_stride + params.k_offset + head.index * params.head_dim + d;
    store_dk(at, d, rows[i]);
#else
    let at = (head.batch * params.queries + own + i) * params.q_stride + params.q_offset + head.index * params.head_dim + d;
    store_dq(at, d, rows[i]);
#endif
  }
}

#if KEYS
fn store_db(head: Head, own: u32, d: u32, sums: mat4x4f) {
  let rows = transpose(sums);
  for (var i = 0u; i < 4 && own + i < own_count(); i++) {
    let at = (head.batch * params.keys + own + i) * params.v_stride + params.v_offset + head.index * params.head_dim + d;
#if SEPARATE
    store_dv(at, d, rows[i]);
#else
    store_dk(at, d, rows[i]);
#endif
  }
}

#if VEC4
fn store_dk(at: u32, d: u32, value: vec4f) {
  dk[at / 4] = value;
}
#else
fn store_dk(at: u32, d: u32, value: vec4f) {
  for (var i = 0u; i < min(4, params.head_dim - d); i++) {
    dk[at + i] = value[i];
  }
}
#endif

#if SEPARATE
#if VEC4
fn store_dv(at: u32, d: u32, value: vec4f) {
  dv[at / 4] = value;
}
#else
fn store_dv(at: u32, d: u32, value: vec4f) {
  for (var i = 0u; i < min(4, params.head_dim - d); i++) {
    dv[at + i] = value[i];
  }
}
#endif
#endif
#else
#if VEC4
fn store_dq(at: u32, d: u32, value: vec4f) {
  dq[at / 4] = value;
}
#else
fn store_dq(at: u32, d: u32, value: vec4f) {
  for (var i = 0u; i < min(4, params.head_dim - d); i++) {
    dq[at + i] = value[i];
  }
}
#endif
#endif

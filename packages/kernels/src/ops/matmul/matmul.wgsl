// y[b] = activate(x[b] · w[b] + bias): m × k by k × n, row-major; a tile snippet (see tile.ts) goes before this source, and what else is done to
// y, if anything, after it (matmul_epilogue.wgsl). Strides carry the transposes: x is [m,k] or [k,m], the weight [n,k] (as PyTorch stores it) or [k,n].

struct Params {
  m: u32,
  n: u32,
  k: u32,
  row_tiles: u32,
  column_tiles: u32,
  batch: u32,
  x_row: u32,   // elements from one row of x to the next
  x_k: u32,     // … from one k to the next
  x_batch: u32, // … from one batch to the next
  w_column: u32,
  w_k: u32,
  w_batch: u32, // 0: all batches share the weight
#if DROPOUT
  layer: u32,
  threshold: u32,
  keep_scale: f32,
#endif
#if GATE
  gate_scale: f32,
#endif
#if RESIDUAL_REPEATS
  residual_length: u32, // Elements
#endif
}

@group(0) @binding(0) var<storage, read> x: array<Element>;       // [batch,m,k] or [batch,k,m]
@group(0) @binding(1) var<storage, read> weight: array<Weight>;   // [n,k] or [k,n], or a batch of them
#if BIAS
@group(0) @binding(2) var<storage, read> bias: array<Weight>;     // [n]
#endif
@group(0) @binding(3) var<storage, read_write> y: array<Element>; // [batch,m,n]
@group(0) @binding(7) var<uniform> params: Params;

override THREADS: u32;
override TILE_COLUMNS: u32;

// Past the end is taken what is last: a column, or a block of four.
#if W_BLOCKS
const LAST: u32 = 4;
#else
const LAST: u32 = 1;
#endif

var<private> batch: u32;

fn x_base(row: u32, segment: u32) -> u32 {
  return select(NONE, batch * params.x_batch + row * params.x_row, row < params.m);
}

fn w_base(column: u32, segment: u32) -> u32 {
  return batch * params.w_batch + min(column, params.n - LAST) * params.w_column;
}

// Rows past the end give anything: they are never stored.
#if VEC4
#if X_BLOCKS
fn x4x4_at(base: u32, k: u32) -> mat4x4f {
  let at = (vec4u(base) + min(k + vec4u(0, 1, 2, 3), vec4u(params.k - 1)) * params.x_k) / 4;
  let there = k + vec4u(0, 1, 2, 3) < vec4u(params.k);
  return transpose(mat4x4f(
    select(vec4f(0), x[at.x], there.x),
    select(vec4f(0), x[at.y], there.y),
    select(vec4f(0), x[at.z], there.z),
    select(vec4f(0), x[at.w], there.w),
  ));
}
#else
fn x4_at(base: u32, k: u32) -> vec4f {
  return x[(base + k) / 4];
}
#endif

#if W_BLOCKS
fn w4x4_at(base: u32, k: u32) -> mat4x4f {
  let at = (vec4u(base) + min(k + vec4u(0, 1, 2, 3), vec4u(params.k - 1)) * params.w_k) / 4;
  return transpose(mat4x4f(vec4f(weight[at.x]), vec4f(weight[at.y]), vec4f(weight[at.z]), vec4f(weight[at.w])));
}
#else
fn w4_at(base: u32, k: u32) -> vec4f {
  return vec4f(weight[(base + k) / 4]);
}
#endif

fn bias_at(column: u32) -> vec4f {
#if BIAS
  return vec4f(bias[min(column, params.n - 4) / 4]);
#else
  return vec4f(0);
#endif
}

fn emit(row: u32, column: u32, values: vec4f) {
  if (column < params.n) {
#if EPILOGUE
    let at = ((batch * params.m + row) * params.n + column) / 4;
    y[at] = finish(at, values);
#else
    y[((batch * params.m + row) * params.n + column) / 4] = activate4(values);
#endif
  }
}
#else
fn x4_at(base: u32, k: u32) -> vec4f {
  let at = base + min(k + vec4u(0, 1, 2, 3), vec4u(params.k - 1)) * params.x_k;
  return select(vec4f(0), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), k + vec4u(0, 1, 2, 3) < vec4u(params.k));
}

fn w4_at(base: u32, k: u32) -> vec4f {
  let at = base + min(k + vec4u(0, 1, 2, 3), vec4u(params.k - 1)) * params.w_k;
  return vec4f(vec4(weight[at.x], weight[at.y], weight[at.z], weight[at.w]));
}

fn bias_at(column: u32) -> vec4f {
#if BIAS
  let at = min(column + vec4u(0, 1, 2, 3), vec4u(params.n - 1));
  return vec4f(vec4(bias[at.x], bias[at.y], bias[at.z], bias[at.w]));
#else
  return vec4f(0);
#endif
}

fn emit(row: u32, column: u32, values: vec4f) {
  for (var i = 0u; i < 4 && column + i < params.n; i++) {
#if EPILOGUE
    let at = (batch * params.m + row) * params.n + column + i;
    y[at] = finish(at, values[i]);
#else
    y[(batch * params.m + row) * params.n + column + i] = activate(values[i]);
#endif
  }
}
#endif

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = workgroup.y * grid.x + workgroup.x;
  let tiles = params.row_tiles * params.column_tiles;
  if (tile >= tiles * params.batch) {
    return;
  }
  batch = tile / tiles;
  // Neighbouring workgroups share their rows of x, the larger operand.
  let row0 = tile % tiles / params.column_tiles * TILE_ROWS;
  let column0 = tile % params.column_tiles * TILE_COLUMNS;
  multiply_tile(row0, column0, 1, params.k, thread);
  emit_tile(row0, column0, params.m, thread);
}

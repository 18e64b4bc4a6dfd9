// y[b] = activate(x[b] · w[b] + bias): m × k by k × n, row-major; a tile snippet (see tile.ts) goes before this source.
// Strides carry the transposes: x is [m,k] or [k,m], the weight [n,k] (as PyTorch stores it) or [k,n].

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
}

#if HALF_WEIGHTS
alias Weight = f16;
#else
alias Weight = f32;
#endif

#if QUADS
@group(0) @binding(0) var<storage, read> x: array<vec4f>;             // [batch,m,k/4]
@group(0) @binding(1) var<storage, read> weight: array<vec4<Weight>>; // [n,k/4], or a batch of them
#else
@group(0) @binding(0) var<storage, read> x: array<f32>;          // [batch,m,k] or [batch,k,m]
@group(0) @binding(1) var<storage, read> weight: array<Weight>;  // [n,k] or [k,n], or a batch of them
#endif
#if BIAS
@group(0) @binding(2) var<storage, read> bias: array<Weight>;    // [n]
#endif
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [batch,m,n]
@group(0) @binding(4) var<uniform> params: Params;

override THREADS: u32;
override TILE_COLUMNS: u32;

var<private> batch: u32;

fn x_base(row: u32, segment: u32) -> u32 {
  return select(NONE, batch * params.x_batch + row * params.x_row, row < params.m);
}

// Rows past the end give anything: they are never stored.
#if QUADS
fn x_quad(base: u32, quad: u32) -> vec4f {
  return x[base / 4 + quad];
}

fn x_at(base: u32, k: u32) -> f32 {
  return x[(base + k) / 4][k % 4];
}
#else
fn x_at(base: u32, k: u32) -> f32 {
  return x[base + k * params.x_k];
}
#endif

fn w_base(column: u32, segment: u32) -> u32 {
  return batch * params.w_batch + min(column, params.n - 1) * params.w_column;
}

#if QUADS
fn w_quad(base: u32, quad: u32) -> vec4f {
  return vec4f(weight[base / 4 + quad]);
}

fn w_at(base: u32, k: u32) -> f32 {
  return f32(weight[(base + k) / 4][k % 4]);
}
#else
fn w_at(base: u32, k: u32) -> f32 {
  return f32(weight[base + k * params.w_k]);
}
#endif

fn bias_at(column: u32) -> f32 {
#if BIAS
  return f32(bias[min(column, params.n - 1)]);
#else
  return 0;
#endif
}

fn emit(row: u32, column: u32, slot: u32, value: f32) {
  if (column < params.n) {
    y[(batch * params.m + row) * params.n + column] = activate(value);
  }
}

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

// A thread makes 4×4 elements of y: of 8 numbers that it reads from workgroup memory come 16 multiply-adds, where one element a thread
// had one from 2. Its sums stay in registers.

struct Params {
  m: u32,
  n: u32,
  k: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [m,k]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [n,k]
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [n]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [m,n]
@group(0) @binding(4) var<uniform> params: Params;

override TILE_M: u32 = 32;
override TILE_N: u32 = 32;
const TILE: u32 = 32;   // both of the above
const SIDE: u32 = 8;    // threads along each side of a tile, four elements each
const DEPTH: u32 = 16;

// The depth comes first, so that a thread's four rows, or columns, are one vec4.
var<workgroup> x_tile: array<vec4f, DEPTH * SIDE>;      // [depth][row / 4]
var<workgroup> weight_tile: array<vec4f, DEPTH * SIDE>; // [depth][column / 4]

fn x_at(row: u32, depth: u32) -> f32 {
  return select(0.0, x[min(row, params.m - 1) * params.k + min(depth, params.k - 1)], depth < params.k);
}

fn weight_at(column: u32, depth: u32) -> f32 {
  return select(0.0, weight[min(column, params.n - 1) * params.k + min(depth, params.k - 1)], depth < params.k);
}

fn store(row: u32, column: u32, sums: vec4f) {
  for (var j = 0u; j < 4; j++) {
    if (row < params.m && column + j < params.n) {
      y[row * params.n + column + j] = sums[j] + bias[column + j];
    }
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row0 = workgroup.y * TILE;
  let column0 = workgroup.x * TILE;
  var a = vec4f();
  var b = vec4f();
  var c = vec4f();
  var d = vec4f();
  for (var k0 = 0u; k0 < params.k; k0 += DEPTH) {
    for (var i = index; i < DEPTH * SIDE; i += SIDE * SIDE) {
      let depth = k0 + i % DEPTH;
      let quad = i / DEPTH;
      let row = row0 + 4 * quad;
      let column = column0 + 4 * quad;
      let at = i % DEPTH * SIDE + quad;
      x_tile[at] = vec4f(x_at(row, depth), x_at(row + 1, depth), x_at(row + 2, depth), x_at(row + 3, depth));
      weight_tile[at] = vec4f(
        weight_at(column, depth), weight_at(column + 1, depth), weight_at(column + 2, depth), weight_at(column + 3, depth));
    }
    workgroupBarrier();
    for (var i = 0u; i < DEPTH; i++) {
      let rows = x_tile[i * SIDE + thread.y];
      let columns = weight_tile[i * SIDE + thread.x];
      a += rows.x * columns;
      b += rows.y * columns;
      c += rows.z * columns;
      d += rows.w * columns;
    }
    workgroupBarrier();
  }
  let row = row0 + 4 * thread.y;
  let column = column0 + 4 * thread.x;
  store(row, column, a);
  store(row + 1, column, b);
  store(row + 2, column, c);
  store(row + 3, column, d);
}

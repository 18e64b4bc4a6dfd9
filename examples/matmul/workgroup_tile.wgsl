// A thread for each element of y still, but a workgroup first brings tiles of x and of the weight into workgroup memory: each number
// is read from memory once for TILE elements of y, by neighbouring threads side by side.

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

override TILE_M: u32 = 16;
override TILE_N: u32 = 16;
const TILE: u32 = 16; // both of the above, and the depth of a tile

var<workgroup> x_tile: array<f32, TILE * TILE>;      // [row][depth]
var<workgroup> weight_tile: array<f32, TILE * TILE>; // [column][depth]

@compute @workgroup_size(TILE, TILE)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let row = workgroup.y * TILE + thread.y;
  let column = workgroup.x * TILE + thread.x;
  let own = thread.y * TILE + thread.x;
  var sum = 0.0;
  for (var k0 = 0u; k0 < params.k; k0 += TILE) {
    // Along the depth, thread.x is a neighbour in both; beyond an edge stand zeros.
    let depth = k0 + thread.x;
    let weight_row = workgroup.x * TILE + thread.y;
    x_tile[own] = select(0.0, x[min(row, params.m - 1) * params.k + min(depth, params.k - 1)], depth < params.k);
    weight_tile[own] = select(0.0, weight[min(weight_row, params.n - 1) * params.k + min(depth, params.k - 1)], depth < params.k);
    workgroupBarrier();
    for (var i = 0u; i < TILE; i++) {
      sum += x_tile[thread.y * TILE + i] * weight_tile[thread.x * TILE + i];
    }
    workgroupBarrier();
  }
  if (row < params.m && column < params.n) {
    y[row * params.n + column] = sum + bias[column];
  }
}

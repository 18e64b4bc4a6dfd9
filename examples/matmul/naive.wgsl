// A thread for each element of y. Neighbours along x read the same row of x and rows of the weight that lie k elements apart.

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

override TILE_M: u32 = 8;
override TILE_N: u32 = 8;

@compute @workgroup_size(TILE_N, TILE_M)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;
  let column = id.x;
  if (row >= params.m || column >= params.n) {
    return;
  }
  var sum = bias[column];
  for (var i = 0u; i < params.k; i++) {
    sum += x[row * params.k + i] * weight[column * params.k + i];
  }
  y[row * params.n + column] = sum;
}

// What attention's backward needs of each query and head, in one load: lse in powers of 2, and dy·y, which is Σ p·(dy·v) over the keys.

struct Params {
  batch: u32,
  queries: u32,
  heads: u32,
  head_dim: u32,
}

@group(0) @binding(0) var<storage, read> y: array<f32>;   // [B, Nq, H, D]
@group(0) @binding(1) var<storage, read> dy: array<f32>;  // [B, Nq, H, D]
@group(0) @binding(2) var<storage, read> lse: array<f32>; // [B, H, Nq]
@group(0) @binding(3) var<storage, read_write> stats: array<vec2f>; // [B, H, Nq]
@group(0) @binding(4) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

const LOG2_E = 1.4426950408889634;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  // Heads are the faster here: neighbours read neighbouring columns.
  let at = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let row = at / params.heads;
  let batch = row / params.queries;
  if (batch >= params.batch) {
    return;
  }
  var dot = 0.0;
  for (var d = 0u; d < params.head_dim; d++) {
    dot += y[at * params.head_dim + d] * dy[at * params.head_dim + d];
  }
  let to = (batch * params.heads + at % params.heads) * params.queries + row % params.queries;
  stats[to] = vec2f(lse[to] * LOG2_E, dot);
}

#if SUBGROUP
enable subgroups;
#endif
// Softmax over the last axis: y = exp(x - max x) / sum of exp(x - max x). Exponentials are computed twice: they cost
// less than storing and reading them.

struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [rows, width]
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // [rows, width]
@group(0) @binding(2) var<uniform> params: Params;

// exp(v) for v <= 0; SwiftShader's exp(NaN) is infinity.
fn exp_below(v: f32) -> f32 {
  return select(v, exp(v), v <= 0.0);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = row_index(workgroup.y * grid.x + workgroup.x, thread);
  if (row >= params.rows) {
    return;
  }
  let start = row * params.width;
  let end = start + params.width;
  let first = start + row_lane(thread);

  // A NaN that max() drops still reaches the sum, and with it the whole row.
  var largest = x[start];
  for (var i = first; i < end; i += LANES) {
    largest = max(largest, x[i]);
  }
  largest = row_max(largest, row_lane(thread));

  var sum = 0.0;
  for (var i = first; i < end; i += LANES) {
    sum += exp_below(x[i] - largest);
  }
  sum = row_sum(sum, row_lane(thread));

  for (var i = first; i < end; i += LANES) {
    y[i] = exp_below(x[i] - largest) / sum;
  }
}

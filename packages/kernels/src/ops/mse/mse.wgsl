#if SUBGROUP
enable subgroups;
#endif
// Mean squared error over all elements, and its gradient. The elements are one row of row_reduction.wgsl: they are few, and the
// sum has one order.

struct Params {
  length: u32,
}

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> wanted: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;      // [1]
@group(0) @binding(3) var<storage, read_write> loss: array<f32>; // [1]
@group(0) @binding(4) var<storage, read_write> dy: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) thread: u32) {
  if (row_index(0, thread) > 0) {
    return;
  }
  let share = scale[0] / f32(params.length);
  let lane = row_lane(thread);
  var squares = 0.0;
  for (var i = lane; i < params.length; i += LANES) {
    let error = y[i] - wanted[i];
    squares += error * error;
    dy[i] = 2.0 * error * share;
  }
  squares = row_sum(squares, lane);
  if (lane == 0) {
    loss[0] = squares * share;
  }
}

// The outputs of each point in the order of their maxima's frames, for conv1d_backward_x: a counting sort by one thread a point, so that
// outputs of one frame keep their order. Of an output is told which row of the weight its first tap has at frame 0 (that of tap s at frame t is
// t*O on: it may begin below 0, and wraps), and the bits of its dy.

struct Params {
  frames: u32,  // T
  outputs: u32, // O
  rows: u32,    // B*N
  dy_stride: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<f32>;          // rows [B*N, dy_stride]
@group(0) @binding(1) var<storage, read> argmax: array<u32>;      // [B*N, O]
@group(0) @binding(2) var<storage, read_write> order: array<u32>; // [B*N, T + 1 + 2*O]: where each frame's outputs begin; those
@group(0) @binding(3) var<uniform> params: Params;

override THREADS: u32 = 64;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = (workgroup.y * grid.x + workgroup.x) * THREADS + thread;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.outputs;
  let starts = row * (params.frames + 1 + 2 * params.outputs);
  let sorted = starts + params.frames + 1;
  for (var frame = 0u; frame <= params.frames; frame++) {
    order[starts + frame] = 0;
  }
  for (var output = 0u; output < params.outputs; output++) {
    order[starts + argmax[first + output] + 1] += 1;
  }
  for (var frame = 1u; frame <= params.frames; frame++) {
    order[starts + frame] += order[starts + frame - 1];
  }
  // Each frame's start is moved on by its outputs, to where the next begins.
  for (var output = 0u; output < params.outputs; output++) {
    let frame = argmax[first + output];
    let at = order[starts + frame];
    order[sorted + 2 * at] = output - frame * params.outputs;
    order[sorted + 2 * at + 1] = bitcast<u32>(dy[row * params.dy_stride + output]);
    order[starts + frame] = at + 1;
  }
  for (var frame = params.frames; frame > 0; frame--) {
    order[starts + frame] = order[starts + frame - 1];
  }
  order[starts] = 0;
}

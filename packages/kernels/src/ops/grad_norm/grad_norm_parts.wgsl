#if SUBGROUP
enable subgroups;
#endif
// First stage of the norm of all gradients: the sum of squares of every PART vec4s. A part is a row of row_reduction.wgsl.

struct Params {
  length: u32, // in vec4s
}

@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

override PART: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let part = row_index(workgroup.y * grid.x + workgroup.x, thread);
  let start = part * PART;
  if (start >= params.length) {
    return;
  }
  let end = min(start + PART, params.length);
  let lane = row_lane(thread);
  var squares = vec4f();
  for (var i = start + lane; i < end; i += LANES) {
    let value = grad[i];
    squares += value * value;
  }
  let sum = row_sum(dot(squares, vec4f(1.0)), lane);
  if (lane == 0) {
    parts[part] = sum;
  }
}

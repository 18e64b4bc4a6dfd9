// sum = x, or sum + x, four numbers a thread, in place.

struct Params {
  length: u32, // in vec4s
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> carry: array<u32>; // [1]
@group(0) @binding(2) var<storage, read_write> sum: array<vec4f>;
@group(0) @binding(3) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 256;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + thread;
  if (i >= params.length) {
    return;
  }
  // Not by a factor: what is there at first may be no number.
  if (carry[0] == 0) {
    sum[i] = x[i];
  } else {
    sum[i] += x[i];
  }
}

// A buffer is gone through once: copied, or read and added up. A workgroup's threads read neighbouring vec4s at every turn.

struct Params {
  vectors: u32,    // of x
  per_thread: u32, // vectors that a thread goes through
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>; // as x, or a vector for each thread
@group(0) @binding(2) var<uniform> params: Params;

override WORKGROUP_SIZE: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
  let first = group * WORKGROUP_SIZE * params.per_thread + thread;
#if COPY
  for (var j = 0u; j < params.per_thread; j++) {
    let i = first + j * WORKGROUP_SIZE;
    if (i < params.vectors) {
      y[i] = x[i];
    }
  }
#else
  var sum = vec4f();
  for (var j = 0u; j < params.per_thread; j++) {
    let i = first + j * WORKGROUP_SIZE;
    if (i < params.vectors) {
      sum += x[i];
    }
  }
  let at = group * WORKGROUP_SIZE + thread;
  if (at < arrayLength(&y)) {
    y[at] = sum;
  }
#endif
}

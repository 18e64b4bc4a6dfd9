// The backward of an element-wise activation. Four elements a thread: a vec4 with VEC4, else a workgroup apart, so that neighbouring threads read
// neighbours.

struct Params {
  count: u32,
}

#if VEC4
alias Element = vec4f;
#else
alias Element = f32;
#endif

@group(0) @binding(0) var<storage, read> dy: array<Element>;       // [count]
@group(0) @binding(1) var<storage, read> x: array<Element>;        // [count]
@group(0) @binding(2) var<storage, read_write> dx: array<Element>; // [count]
@group(0) @binding(3) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
#if VEC4
  let i = group * WORKGROUP_SIZE + lane;
  if (i < params.count / 4) {
    dx[i] = activate_backward4(dy[i], x[i]);
  }
#else
  let first = group * 4 * WORKGROUP_SIZE + lane;
  let end = min(first + 4 * WORKGROUP_SIZE, params.count);
  for (var i = first; i < end; i += WORKGROUP_SIZE) {
    dx[i] = activate_backward(dy[i], x[i]);
  }
#endif
}

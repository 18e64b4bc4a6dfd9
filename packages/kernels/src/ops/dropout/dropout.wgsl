// Dropout: y = x * mask / (1 - p). One draw of philox.wgsl, which is appended, is the mask of four neighbouring elements, and its counter
// says which: so the backward draws the same mask again. A thread has those four; with VEC4 they are one load.

struct Params {
  length: u32,
  layer: u32,
  threshold: u32, // words below it drop their element
  scale: f32,     // 1 / (1 - p)
}

#if VEC4
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
#else
@group(0) @binding(0) var<storage, read> x: array<f32>;
#endif
@group(0) @binding(1) var<storage, read> draw: array<u32>; // [2]: seed, number of the draw
#if VEC4
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
#else
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
#endif
@group(0) @binding(3) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + thread;
  if (block * 4 >= params.length) {
    return;
  }
  let words = philox(vec4u(block, draw[1], 0u, 0u), vec2u(draw[0], params.layer));
  let mask = select(vec4f(), vec4f(params.scale), words >= vec4u(params.threshold));
#if VEC4
  y[block] = x[block] * mask;
#else
  let end = min(params.length - block * 4, 4u);
  for (var i = 0u; i < end; i++) {
    y[block * 4 + i] = x[block * 4 + i] * mask[i];
  }
#endif
}

// Dropout: y = x * mask / (1 - p). A thread has the four elements of one draw of dropout_mask.wgsl, which is appended; with VEC4 they are one load.

struct Params {
  length: u32,
  layer: u32,
  threshold: u32,
  keep_scale: f32,
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
  let mask = dropout_mask(block);
#if VEC4
  y[block] = x[block] * mask;
#else
  let end = min(params.length - block * 4, 4u);
  for (var i = 0u; i < end; i++) {
    y[block * 4 + i] = x[block * 4 + i] * mask[i];
  }
#endif
}

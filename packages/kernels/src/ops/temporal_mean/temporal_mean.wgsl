// Mean over time of a point's x and y, each clip over its own length. One thread a point.

struct Params {
  clips: u32,  // B
  frames: u32, // T
  points: u32, // N
}

@group(0) @binding(0) var<storage, read> tracks: array<f32>;  // [B,T,N,3]
@group(0) @binding(1) var<storage, read> frames: array<u32>;  // [B]
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [B,N,2]
@group(0) @binding(3) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  if (i >= params.clips * params.points) {
    return;
  }
  let clip = i / params.points;
  let first = clip * params.frames * params.points + i % params.points;
  let count = frames[clip];
  var sum = vec2f();
  for (var t = 0u; t < count; t++) {
    let at = 3 * (first + t * params.points);
    sum += vec2f(tracks[at], tracks[at + 1]);
  }
  let mean = sum / f32(count);
  y[2 * i] = mean.x;
  y[2 * i + 1] = mean.y;
}

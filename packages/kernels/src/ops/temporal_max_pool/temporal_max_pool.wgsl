// Maximum over time, each clip over its own length. One thread an output: neighbouring threads read neighbouring
// channels at every frame.

struct Params {
  clips: u32,    // B
  frames: u32,   // T
  features: u32, // N*C
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [B,T,N,C]
@group(0) @binding(1) var<storage, read> frames: array<u32>;  // [B]
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [B,N,C]
@group(0) @binding(3) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  if (i >= params.clips * params.features) {
    return;
  }
  let clip = i / params.features;
  let first = clip * params.frames * params.features + i % params.features;
  let end = first + frames[clip] * params.features;
  var largest = x[first];
  for (var at = first + params.features; at < end; at += params.features) {
    let v = x[at];
    // Once a NaN, always a NaN: nothing is greater.
    largest = select(largest, v, (v > largest) | is_nan(v));
  }
  y[i] = largest;
}

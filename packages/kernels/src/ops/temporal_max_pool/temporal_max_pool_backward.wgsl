// Backward of the maximum over time: dy goes to the frame that held it, the first of several equal ones; the others get 0.
// One thread an output of the forward: neighbouring threads read and write neighbouring channels at every frame.

struct Params {
  clips: u32,    // B
  frames: u32,   // T
  features: u32, // N*C
}

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // [B,N,C]
@group(0) @binding(1) var<storage, read> x: array<f32>;        // [B,T,N,C]
@group(0) @binding(2) var<storage, read> frames: array<u32>;   // [B]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>; // [B,T,N,C]
@group(0) @binding(4) var<uniform> params: Params;

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
  var holder = first;
  for (var at = first + params.features; at < end; at += params.features) {
    let v = x[at];
    let wins = (v > largest) | (is_nan(v) & !is_nan(largest));
    largest = select(largest, v, wins);
    holder = select(holder, at, wins);
  }
  let gradient = dy[i];
  for (var t = 0u; t < params.frames; t++) {
    let at = first + t * params.features;
    dx[at] = select(0.0, gradient, at == holder);
  }
}

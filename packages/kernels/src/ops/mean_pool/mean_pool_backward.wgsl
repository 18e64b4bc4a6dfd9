// Backward of the mean over valid points: each of them gets an equal share of dy, the others nothing.
// One thread a channel of a clip: neighbouring threads write neighbouring channels of the same point.

struct Params {
  clips: u32,    // B
  points: u32,   // N
  channels: u32, // C
}

@group(0) @binding(0) var<storage, read> dy: array<f32>;       // [B,C]
#if MASK
@group(0) @binding(1) var<storage, read> mask: array<u32>;     // [B,N], 0 = left out
#endif
@group(0) @binding(2) var<storage, read_write> dx: array<f32>; // [B,N,C]
@group(0) @binding(3) var<uniform> params: Params;

override THREADS: u32;

fn is_valid(point: u32) -> bool {
#if MASK
  return mask[point] != 0;
#else
  return true;
#endif
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * THREADS + thread;
  if (i >= params.clips * params.channels) {
    return;
  }
  let clip = i / params.channels;
  let channel = i % params.channels;
  let first = clip * params.points;
  var count = 0u;
  for (var n = first; n < first + params.points; n++) {
    count += select(0u, 1u, is_valid(n));
  }
  let share = dy[i] / f32(count);
  for (var n = first; n < first + params.points; n++) {
    dx[n * params.channels + channel] = select(0.0, share, is_valid(n));
  }
}

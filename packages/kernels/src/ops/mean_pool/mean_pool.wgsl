// Mean over the valid points of each clip. A workgroup has a block of CHANNELS channels of one clip; with SLICED, SLICES
// threads share a channel's points and their sums meet in workgroup memory. Neighbouring threads read neighbouring
// channels of the same point.

struct Params {
  clips: u32,    // B
  points: u32,   // N
  channels: u32, // C
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [B,N,C]
#if MASK
@group(0) @binding(1) var<storage, read> mask: array<u32>;    // [B,N], 0 = left out
#endif
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [B,C]
@group(0) @binding(3) var<uniform> params: Params;

override CHANNELS: u32 = 32;
override SLICES: u32 = 8;

#if SLICED
const MAX_WORKGROUP_SIZE = 256;
var<workgroup> sums: array<f32, MAX_WORKGROUP_SIZE>;
var<workgroup> counts: array<u32, MAX_WORKGROUP_SIZE>;
#endif

fn is_valid(point: u32) -> bool {
#if MASK
  return mask[point] != 0;
#else
  return true;
#endif
}

@compute @workgroup_size(CHANNELS, SLICES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
) {
  let blocks = (params.channels + CHANNELS - 1) / CHANNELS;
  let group = workgroup.y * grid.x + workgroup.x;
  let clip = group / blocks;
  if (clip >= params.clips) {
    return;
  }
  let channel = (group % blocks) * CHANNELS + thread.x;
  var sum = 0.0;
  var count = 0u;
  if (channel < params.channels) {
    for (var n = clip * params.points + thread.y; n < (clip + 1) * params.points; n += SLICES) {
      if (is_valid(n)) {
        sum += x[n * params.channels + channel];
        count++;
      }
    }
  }
#if SLICED
  sums[thread.y * CHANNELS + thread.x] = sum;
  counts[thread.y * CHANNELS + thread.x] = count;
  workgroupBarrier();
  if (thread.y > 0) {
    return;
  }
  for (var slice = 1u; slice < SLICES; slice++) {
    sum += sums[slice * CHANNELS + thread.x];
    count += counts[slice * CHANNELS + thread.x];
  }
#endif
  if (channel < params.channels) {
    y[clip * params.channels + channel] = sum / f32(count);
  }
}

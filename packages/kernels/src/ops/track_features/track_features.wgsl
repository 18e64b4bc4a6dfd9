// What can be known of a point at each frame: for every lag its way since so many frames ago (since the first frame, where there were not so
// many), how far it is from its mean place, and whether it is hidden. And that mean place itself.
// One workgroup a point of a clip; its threads share out the frames.

@group(0) @binding(0) var<storage, read> tracks: array<f32>;          // [B,T,N,3]
@group(0) @binding(1) var<storage, read> frames: array<u32>;          // [B]: length of each clip
@group(0) @binding(2) var<storage, read_write> y: array<f32>;         // [B,T,N,stride]
@group(0) @binding(3) var<storage, read_write> position: array<vec4f>; // [B,N]: x, y, 0, 0
@group(0) @binding(4) var<uniform> params: Params;

fn place_of(first: u32, t: u32) -> vec2f {
  let at = 3 * (first + t * params.points);
  return vec2f(tracks[at], tracks[at + 1]);
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = workgroup.y * grid.x + workgroup.x;
  if (row >= params.count) {
    return;
  }
  let clip = row / params.points;
  let first = clip * params.frames * params.points + row % params.points;
  let length = min(frames[clip], params.frames);
  var sum = vec2f();
  for (var t = 0u; t < length; t++) {
    sum += place_of(first, t);
  }
  let mean = sum / f32(length);
  if (thread == 0) {
    position[row] = vec4f(mean, 0, 0);
  }
  for (var t = thread; t < params.frames; t += THREADS) {
    let here = place_of(first, t);
    var at = (first + t * params.points) * params.stride;
    let end = at + params.stride;
    for (var i = 0u; i < params.lag_count; i++) {
      let lag = params.lags[i / 4][i % 4];
      let way = here - place_of(first, t - min(t, lag));
      y[at] = way.x;
      y[at + 1] = way.y;
      at += 2;
    }
    if (params.displacement == 1) {
      y[at] = here.x - mean.x;
      y[at + 1] = here.y - mean.y;
      at += 2;
    }
    y[at] = tracks[3 * (first + t * params.points) + 2];
    for (at++; at < end; at++) {
      y[at] = 0;
    }
  }
}

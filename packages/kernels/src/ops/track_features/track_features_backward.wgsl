// Backward of track_features for the tracks. A way of a lag counts for the place where it ends and, with the other sign, for the one where it
// began: the first frame is where all ways began that would have begun before it.
// One workgroup a point of a clip; its threads share out the frames.

@group(0) @binding(0) var<storage, read> dy: array<f32>;               // [B,T,N,stride]
@group(0) @binding(1) var<storage, read> frames: array<u32>;           // [B]: length of each clip
@group(0) @binding(2) var<storage, read> dposition: array<vec4f>;      // [B,N]: x, y, and two that nothing depends on
@group(0) @binding(3) var<storage, read_write> dtracks: array<f32>;    // [B,T,N,3]
@group(0) @binding(4) var<uniform> params: Params;

// The gradient of the feature at `column` and the one after it, of frame t.
fn gradient_at(first: u32, t: u32, column: u32) -> vec2f {
  let at = (first + t * params.points) * params.stride + column;
  return vec2f(dy[at], dy[at + 1]);
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
  let occluded = 2 * (params.lag_count + params.displacement);
  var of_mean = dposition[row].xy;
  for (var t = 0u; params.displacement == 1 && t < params.frames; t++) {
    of_mean -= gradient_at(first, t, occluded - 2);
  }
  for (var t = thread; t < params.frames; t += THREADS) {
    var sum = select(vec2f(), of_mean / f32(length), t < length);
    for (var i = 0u; i < params.lag_count; i++) {
      let lag = params.lags[i / 4][i % 4];
      sum += gradient_at(first, t, 2 * i);
      for (var end = select(t + lag, 0u, t == 0); end <= t + lag && end < params.frames; end++) {
        sum -= gradient_at(first, end, 2 * i);
      }
    }
    if (params.displacement == 1) {
      sum += gradient_at(first, t, occluded - 2);
    }
    let at = first + t * params.points;
    dtracks[3 * at] = sum.x;
    dtracks[3 * at + 1] = sum.y;
    dtracks[3 * at + 2] = dy[at * params.stride + occluded];
  }
}

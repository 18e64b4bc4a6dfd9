#if SUBGROUP
enable subgroups;
#endif
// Backward of velocity_linear for the tracks: of each frame's velocity g = Wt·(dy where y > 0), then, since v[t] = p[t] - p[t-1],
// dp[t] = g[t] - g[t+1]; the first frame has no velocity. The mean position hands each frame of the clip its share.
// The threads of one row (a point of a clip) share out the channels and walk back through time together.

@group(0) @binding(0) var<storage, read> dy: array<Channels>;          // [B,T,N,C]
@group(0) @binding(1) var<storage, read> y: array<Channels>;           // [B,T,N,C]
@group(0) @binding(2) var<storage, read> weight: array<Channels>;      // [C,3]
@group(0) @binding(3) var<storage, read> frames: array<u32>;           // [B]: length of each clip
@group(0) @binding(4) var<storage, read> dposition: array<vec4f>;      // [B,N]: x, y, and two that nothing depends on
@group(0) @binding(5) var<storage, read_write> dtracks: array<f32>;    // [B,T,N,3]
@group(0) @binding(6) var<uniform> params: Params;

// The gradient of the layer's three inputs, so far as the channels from `channel` on make it.
fn of_inputs(gradient: Channels, channel: u32) -> vec3f {
  let first = weight[3 * channel];
  let second = weight[3 * channel + 1];
  let third = weight[3 * channel + 2];
#if VEC4
  return gradient.x * first.xyz + gradient.y * vec3f(first.w, second.xy) + gradient.z * vec3f(second.zw, third.x)
    + gradient.w * third.yzw;
#else
  return gradient * vec3f(first, second, third);
#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = row_index(workgroup.y * grid.x + workgroup.x, thread);
  if (row >= params.count) {
    return;
  }
  let lane = row_lane(thread);
  let clip = row / params.points;
  let first = clip * params.frames * params.points + row % params.points;
  let length = min(frames[clip], params.frames);
  let share = dposition[row].xy / f32(length);
  var after = vec2f();
  for (var back = 1u; back <= params.frames; back++) {
    let t = params.frames - back;
    let at = first + t * params.points;
    var sum = vec3f();
    for (var channel = lane; channel < params.channels; channel += LANES) {
      let i = at * params.channels + channel;
      sum += of_inputs(select(Channels(), dy[i], y[i] > Channels()), channel);
    }
    sum = vec3f(row_sum(sum.x, lane), row_sum(sum.y, lane), row_sum(sum.z, lane));
    let own = select(vec2f(), sum.xy, t > 0);
    let place = own - after + select(vec2f(), share, t < length);
    if (lane == 0) {
      dtracks[3 * at] = place.x;
      dtracks[3 * at + 1] = place.y;
      dtracks[3 * at + 2] = sum.z;
    }
    after = own;
  }
}

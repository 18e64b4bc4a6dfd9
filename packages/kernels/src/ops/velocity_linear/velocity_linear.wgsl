#if HALF_WEIGHTS
enable f16;
#endif
// What both branches of MovT begin with, in one reading of the tracks: the first layer of the motion MLP on each frame's velocity,
// y = relu(W·(dx, dy, occluded) + bias), and the mean position of each point over its clip.
// One workgroup a point of a clip; its threads share out the channels and walk through time together.

struct Params {
  frames: u32,   // T
  points: u32,   // N
  channels: u32, // C
  count: u32,    // B*N
}

#if HALF_WEIGHTS
alias Weight = f16;
#else
alias Weight = f32;
#endif

// A thread takes four neighbouring channels at a time where they come in fours.
#if VEC4
alias Channels = vec4f;
const STEP: u32 = 4;
#else
alias Channels = f32;
const STEP: u32 = 1;
#endif

@group(0) @binding(0) var<storage, read> tracks: array<f32>;          // [B,T,N,3]
@group(0) @binding(1) var<storage, read> weight: array<Weight>;          // [C,3]
@group(0) @binding(2) var<storage, read> bias: array<Weight>;            // [C]
@group(0) @binding(3) var<storage, read> frames: array<u32>;          // [B]: length of each clip
@group(0) @binding(4) var<storage, read_write> y: array<Channels>;    // [B,T,N,C]
@group(0) @binding(5) var<storage, read_write> position: array<f32>;  // [B,N,4]: x, y, 0, 0
@group(0) @binding(6) var<uniform> params: Params;

override THREADS: u32;

// The weights of one input of the layer, for the channels from `channel` on.
fn weights_of(channel: u32, input: u32) -> Channels {
  let at = 3 * channel + input;
#if VEC4
  return vec4f(vec4(weight[at], weight[at + 3], weight[at + 6], weight[at + 9]));
#else
  return f32(weight[at]);
#endif
}

fn biases_of(channel: u32) -> Channels {
#if VEC4
  return vec4f(vec4(bias[channel], bias[channel + 1], bias[channel + 2], bias[channel + 3]));
#else
  return f32(bias[channel]);
#endif
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
  for (var channel = STEP * thread; channel < params.channels; channel += STEP * THREADS) {
    let w_x = weights_of(channel, 0);
    let w_y = weights_of(channel, 1);
    let w_occluded = weights_of(channel, 2);
    let b = biases_of(channel);
    var before = vec2f(tracks[3 * first], tracks[3 * first + 1]);
    for (var t = 0u; t < params.frames; t++) {
      let at = first + t * params.points;
      let here = vec2f(tracks[3 * at], tracks[3 * at + 1]);
      let velocity = here - before;
      let value = velocity.x * w_x + velocity.y * w_y + tracks[3 * at + 2] * w_occluded + b;
      y[(at * params.channels + channel) / STEP] = select(value, Channels(0), value < Channels(0));
      before = here;
    }
  }
  if (thread < 4) {
    let length = min(frames[clip], params.frames);
    var sum = 0.0;
    for (var t = 0u; thread < 2 && t < length; t++) {
      sum += tracks[3 * (first + t * params.points) + thread];
    }
    position[4 * row + thread] = sum / f32(length);
  }
}

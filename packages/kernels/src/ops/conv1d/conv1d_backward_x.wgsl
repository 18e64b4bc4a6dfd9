// dx of a convolution over time with its maximum: dy of a maximum flows to the taps round the maximum's frame, and to no other.
// A thread owns a channel (a quad of them with VEC4) of a point over all frames, and takes the outputs in their order: so nothing needs
// atomics, the sums are always the same, and of T frames' products only those that count are made.

struct Params {
  frames: u32,  // T
  points: u32,  // N
  inputs: u32,  // C, or quads of them
  outputs: u32, // O
  taps: u32,
  count: u32,   // B*N*inputs
  dy_stride: u32,
}

#if VEC4
alias Element = vec4f;
#else
alias Element = f32;
#endif

@group(0) @binding(0) var<storage, read> weight: array<Element>;   // [taps,O,C]
@group(0) @binding(1) var<storage, read> dy: array<f32>;           // rows [B*N, dy_stride]
@group(0) @binding(2) var<storage, read> argmax: array<u32>;       // [B*N, O]
@group(0) @binding(3) var<storage, read> frames: array<u32>;       // [B]
@group(0) @binding(4) var<storage, read_write> dx: array<Element>; // [B,T,N,C]
@group(0) @binding(5) var<uniform> params: Params;

override THREADS: u32 = 64;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (workgroup.y * grid.x + workgroup.x) * THREADS + thread;
  if (index >= params.count) {
    return;
  }
  let point = index / params.inputs;
  let channel = index % params.inputs;
  let clip = point / params.points;
  let length = min(frames[clip], params.frames);
  let step = params.points * params.inputs;
  let first = clip * params.frames * step + point % params.points * params.inputs + channel;
  for (var t = 0u; t < params.frames; t++) {
    dx[first + t * step] = Element();
  }
  for (var output = 0u; output < params.outputs; output++) {
    let slope = dy[point * params.dy_stride + output];
    // Unsigned: a frame before the first wraps to a very large one, and is outside as well.
    let t0 = argmax[point * params.outputs + output] - (params.taps - 1) / 2;
    for (var tap = 0u; tap < params.taps; tap++) {
      let t = t0 + tap;
      if (t < length) {
        dx[first + t * step] += slope * weight[(tap * params.outputs + output) * params.inputs + channel];
      }
    }
  }
}

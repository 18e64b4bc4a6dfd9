// dx of a convolution over time with its maximum: dy of a maximum flows to the taps round the maximum's frame, and to no other.
// A thread owns two channels (quads of them with VEC4) of a point, and sums up frame by frame what flows there from the outputs whose maximum is
// near: they are neighbours, since conv1d_backward_order.wgsl has sorted them. So nothing needs atomics, a sum is written once, and of T frames'
// products only those that count are made.

struct Params {
  frames: u32,  // T
  points: u32,  // N
  inputs: u32,  // C, or quads of them
  outputs: u32, // O
  taps: u32,
  rows: u32,    // B*N
}

#if VEC4
alias Element = vec4f;
alias Two = mat2x4f;
#else
alias Element = f32;
alias Two = vec2f;
#endif

@group(0) @binding(0) var<storage, read> weight: array<Element>;   // [taps,O,C]
@group(0) @binding(1) var<storage, read> order: array<u32>;        // [B*N, T + 1 + 2*O], of conv1d_backward_order
@group(0) @binding(2) var<storage, read> frames: array<u32>;       // [B]
#if RELU
@group(0) @binding(3) var<storage, read> x: array<Element>;        // [B,T,N,C]
#endif
@group(0) @binding(4) var<storage, read_write> dx: array<Element>; // [B,T,N,C]
@group(0) @binding(5) var<uniform> params: Params;

override THREADS: u32 = 64;

fn store(at: u32, sum: Element) {
#if RELU
  dx[at] = select(sum, Element(), x[at] <= Element());
#else
  dx[at] = sum;
#endif
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (workgroup.y * grid.x + workgroup.x) * THREADS + thread;
  let pairs = (params.inputs + 1) / 2;
  let point = index / pairs;
  if (point >= params.rows) {
    return;
  }
  let first = index % pairs * 2;
  let second = min(first + 1, params.inputs - 1); // the first once more, where there is none
  let clip = point / params.points;
  let length = min(frames[clip], params.frames);
  let starts = point * (params.frames + 1 + 2 * params.outputs);
  let sorted = starts + params.frames + 1;
  let step = params.points * params.inputs;
  var at = clip * params.frames * step + point % params.points * params.inputs;
  for (var t = 0u; t < params.frames; t++) {
    // Frames after the last whose maximum has a tap here; the weight's row of a maximum's first tap is so many rows on.
    let after = t + (params.taps - 1) / 2 + 1;
    let rows = (after - 1) * params.outputs;
    let end = select(0, order[starts + min(after, params.frames)], t < length);
    var sum = Two();
    for (var i = order[starts + max(after, params.taps) - params.taps]; i < end; i++) {
      let row = (order[sorted + 2 * i] + rows) * params.inputs;
      sum += bitcast<f32>(order[sorted + 2 * i + 1]) * Two(weight[row + first], weight[row + second]);
    }
    store(at + first, sum[0]);
    if (second > first) {
      store(at + second, sum[1]);
    }
    at += step;
  }
}

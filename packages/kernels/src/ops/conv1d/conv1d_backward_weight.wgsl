// dweight of a convolution over time with its maximum, over each slice of the points by itself: a maximum sees only the taps round its frame.
// A thread owns an element (a quad of channels with VEC4) and takes the points in their order.

struct Params {
  frames: u32,  // T
  points: u32,  // N
  inputs: u32,  // C, or quads of them
  outputs: u32, // O
  taps: u32,
  rows: u32,    // B*N
  dy_stride: u32,
  slices: u32,
  slice_rows: u32,
}

#if VEC4
alias Element = vec4f;
#else
alias Element = f32;
#endif

@group(0) @binding(0) var<storage, read> x: array<Element>;             // [B,T,N,C]
@group(0) @binding(1) var<storage, read> dy: array<f32>;                // rows [B*N, dy_stride]
@group(0) @binding(2) var<storage, read> argmax: array<u32>;            // [B*N, O]
@group(0) @binding(3) var<storage, read> frames: array<u32>;            // [B]
@group(0) @binding(4) var<storage, read_write> dweight: array<Element>; // [slices,taps,O,C]
@group(0) @binding(5) var<uniform> params: Params;

override THREADS: u32 = 64;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = (workgroup.y * grid.x + workgroup.x) * THREADS + thread;
  let channel = index % params.inputs;
  let output = index / params.inputs % params.outputs;
  let tap = index / (params.inputs * params.outputs) % params.taps;
  let slice = index / (params.inputs * params.outputs * params.taps);
  if (slice >= params.slices) {
    return;
  }
  var sum = Element();
  let end = min((slice + 1) * params.slice_rows, params.rows);
  for (var row = slice * params.slice_rows; row < end; row++) {
    let clip = row / params.points;
    // Unsigned: a frame before the first wraps to a very large one, and is outside as well.
    let t = argmax[row * params.outputs + output] + tap - (params.taps - 1) / 2;
    if (t < min(frames[clip], params.frames)) {
      let at = ((clip * params.frames + t) * params.points + row % params.points) * params.inputs + channel;
      sum += dy[row * params.dy_stride + output] * x[at];
    }
  }
  dweight[index] = sum;
}

// Convolution over time with zero padding that keeps T, of every point of every clip; a tile snippet (see matmul/tile.ts) goes
// before this source. The rows of a tile are frames of one point, its segments the taps of the kernel.
// With MAX_OVER_TIME the maximum over the clip's frames is taken in registers and the convolved frames are never stored.

#if VEC4
alias Frame = vec4u;
#else
alias Frame = u32;
#endif

struct Params {
  frames: u32,  // T
  points: u32,  // N
  inputs: u32,  // C
  outputs: u32, // O
  taps: u32,
  column_tiles: u32,
  count: u32,   // B*N
  y_stride: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Element>;       // [B,T,N,C]
@group(0) @binding(1) var<storage, read> weight: array<Weight>;   // [taps,O,C]
@group(0) @binding(2) var<storage, read> bias: array<Weight>;     // [O]
@group(0) @binding(3) var<storage, read> frames: array<u32>;      // [B]: length of each clip; what comes after is taken as zero
@group(0) @binding(4) var<storage, read_write> y: array<Element>; // [B,T,N,O], or rows [B*N, y_stride] with MAX_OVER_TIME
#if ARGMAX
@group(0) @binding(5) var<storage, read_write> argmax: array<Frame>; // [B*N, O]
#endif
@group(0) @binding(6) var<uniform> params: Params;

override THREADS: u32;
override TILE_COLUMNS: u32;

var<private> clip: u32;
var<private> point: u32;
var<private> length: u32;

fn x_base(row: u32, segment: u32) -> u32 {
  // Unsigned: a frame before the first wraps to a very large one, and is outside as well.
  let t = row + segment - (params.taps - 1) / 2;
  return select(NONE, ((clip * params.frames + t) * params.points + point) * params.inputs, t < length);
}

fn w_base(column: u32, segment: u32) -> u32 {
  return (segment * params.outputs + min(column, params.outputs - 1)) * params.inputs;
}

#if VEC4
fn x4_at(base: u32, k: u32) -> vec4f {
  return select(x[(base + k) / 4], vec4f(0), base == NONE);
}

fn w4_at(base: u32, k: u32) -> vec4f {
  return vec4f(weight[(base + k) / 4]);
}

fn bias_at(column: u32) -> vec4f {
  return vec4f(bias[min(column, params.outputs - 4) / 4]);
}

fn store(at: u32, column: u32, values: vec4f) {
  if (column < params.outputs) {
    y[(at + column) / 4] = values;
  }
}
#else
fn x4_at(base: u32, k: u32) -> vec4f {
  let at = base + min(k + vec4u(0, 1, 2, 3), vec4u(params.inputs - 1));
  let there = vec4<bool>(base != NONE) & (k + vec4u(0, 1, 2, 3) < vec4u(params.inputs));
  return select(vec4f(0), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), there);
}

fn w4_at(base: u32, k: u32) -> vec4f {
  let at = base + min(k + vec4u(0, 1, 2, 3), vec4u(params.inputs - 1));
  return vec4f(vec4(weight[at.x], weight[at.y], weight[at.z], weight[at.w]));
}

fn bias_at(column: u32) -> vec4f {
  let at = min(column + vec4u(0, 1, 2, 3), vec4u(params.outputs - 1));
  return vec4f(vec4(bias[at.x], bias[at.y], bias[at.z], bias[at.w]));
}

fn store(at: u32, column: u32, values: vec4f) {
  for (var i = 0u; i < 4 && column + i < params.outputs; i++) {
    y[at + column + i] = values[i];
  }
}
#endif

#if MAX_OVER_TIME
// Below every f32 but the infinite one, which the first comparison cannot mistake for a frame.
const LOWEST: f32 = -0x1.fffffep+127;
var<private> best: vec4f;
#if ARGMAX
var<private> best_frame: vec4u;
#endif

fn emit(row: u32, column: u32, values: vec4f) {
  // A NaN on either side stays, as in torch.max.
  let better = !(values <= best) & (best == best);
  best = select(best, values, better);
#if ARGMAX
  best_frame = select(best_frame, vec4u(row), better);
#endif
}
#else
fn emit(row: u32, column: u32, values: vec4f) {
  store(((clip * params.frames + row) * params.points + point) * params.outputs, column, values);
}
#endif

#if ARGMAX
#if VEC4
fn store_frames(at: u32, column: u32) {
  if (column < params.outputs) {
    argmax[(at + column) / 4] = best_frame;
  }
}
#else
fn store_frames(at: u32, column: u32) {
  for (var i = 0u; i < 4 && column + i < params.outputs; i++) {
    argmax[at + column + i] = best_frame[i];
  }
}
#endif
#endif

#if REDUCE_THREADS
#if ARGMAX
var<workgroup> frame_stage: array<vec4u, THREADS>;
#endif

// Threads that hold other rows of the same columns lie THREADS_N apart: fold their maxima together, where the weight was staged.
fn fold_threads(thread: u32) {
  workgroupBarrier();
  w_stage[thread] = best;
#if ARGMAX
  frame_stage[thread] = best_frame;
#endif
  workgroupBarrier();
  for (var other = thread % THREADS_N; other < THREADS; other += THREADS_N) {
#if ARGMAX
    let values = w_stage[other];
    let others = frame_stage[other];
    // Among equals, and among NaNs, the first frame is the one.
    let better = !(values <= best) & (best == best);
    let equal = (values == best) | ((values != values) & (best != best));
    best = select(best, values, better);
    best_frame = select(best_frame, others, better | (equal & (others < best_frame)));
#else
    emit(0, 0, w_stage[other]);
#endif
  }
}
#endif

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = workgroup.y * grid.x + workgroup.x;
  if (index >= params.count * params.column_tiles) {
    return;
  }
  let row = index / params.column_tiles;
  let column0 = index % params.column_tiles * TILE_COLUMNS;
  clip = row / params.points;
  point = row % params.points;
  length = min(frames[clip], params.frames);
#if MAX_OVER_TIME
  best = vec4f(LOWEST);
  let emitted = length;
#else
  let emitted = params.frames;
#endif
  for (var row0 = 0u; row0 < params.frames; row0 += TILE_ROWS) {
    multiply_tile(row0, column0, params.taps, params.inputs, thread);
    emit_tile(row0, column0, emitted, thread);
  }
#if MAX_OVER_TIME
#if REDUCE_THREADS
  fold_threads(thread);
  if (thread >= THREADS_N) {
    return;
  }
#endif
  store((clip * params.points + point) * params.y_stride, column0 + 4 * thread, best);
#if ARGMAX
  store_frames((clip * params.points + point) * params.outputs, column0 + 4 * thread);
#endif
#endif
}

// Convolution over time with zero padding that keeps T, of every point of every clip; a tile snippet (see matmul/tile.ts) goes
// before this source. The rows of a tile are frames of one point, its segments the taps of the kernel.
// With MAX_OVER_TIME the maximum over the clip's frames is taken in registers and the convolved frames are never stored.

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

#if HALF_WEIGHTS
alias Weight = f16;
#else
alias Weight = f32;
#endif

#if QUADS
@group(0) @binding(0) var<storage, read> x: array<vec4f>;     // [B,T,N,C/4]
#else
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [B,T,N,C]
#endif
@group(0) @binding(1) var<storage, read> weight: array<Weight>;  // [O,C,taps]
@group(0) @binding(2) var<storage, read> bias: array<Weight>;    // [O]
@group(0) @binding(3) var<storage, read> frames: array<u32>;  // [B]: length of each clip; what comes after is taken as zero
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // [B,T,N,O], or rows [B*N, y_stride] with MAX_OVER_TIME
@group(0) @binding(5) var<uniform> params: Params;

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

#if QUADS
fn x_quad(base: u32, quad: u32) -> vec4f {
  return select(x[base / 4 + quad], vec4f(0), base == NONE);
}

fn x_at(base: u32, k: u32) -> f32 {
  return select(x[(base + k) / 4][k % 4], 0.0, base == NONE);
}
#else
fn x_at(base: u32, k: u32) -> f32 {
  return select(x[base + k], 0.0, base == NONE);
}
#endif

fn w_base(column: u32, segment: u32) -> u32 {
  return min(column, params.outputs - 1) * params.inputs * params.taps + segment;
}

fn w_at(base: u32, k: u32) -> f32 {
  return f32(weight[base + k * params.taps]);
}

// The taps of a channel lie together, so a quad of channels does not.
fn w_quad(base: u32, quad: u32) -> vec4f {
  let at = base + 4 * params.taps * quad;
  return vec4f(vec4(weight[at], weight[at + params.taps], weight[at + 2 * params.taps], weight[at + 3 * params.taps]));
}

fn bias_at(column: u32) -> f32 {
  return f32(bias[min(column, params.outputs - 1)]);
}

#if MAX_OVER_TIME
// Below every f32 but the infinite one, which the first comparison cannot mistake for a frame.
const LOWEST: f32 = -0x1.fffffep+127;
var<private> best: vec4f;

fn emit(row: u32, column: u32, slot: u32, value: f32) {
  // A NaN on either side stays, as in torch.max.
  if (!(value <= best[slot]) && best[slot] == best[slot]) {
    best[slot] = value;
  }
}

fn store_best(column: u32, value: f32) {
  if (column < params.outputs) {
    y[(clip * params.points + point) * params.y_stride + column] = value;
  }
}
#else
fn emit(row: u32, column: u32, slot: u32, value: f32) {
  if (column < params.outputs) {
    y[((clip * params.frames + row) * params.points + point) * params.outputs + column] = value;
  }
}
#endif

#if REDUCE_THREADS
// Threads that hold other rows of the same columns lie THREADS_N apart: fold their maxima together, where the weight was staged.
fn fold_threads(thread: u32) {
  workgroupBarrier();
  w_stage[thread] = best;
  workgroupBarrier();
  for (var other = thread % THREADS_N; other < THREADS; other += THREADS_N) {
    for (var slot = 0u; slot < 4; slot++) {
      emit(0, 0, slot, w_stage[other][slot]);
    }
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
  let column = column0 + thread % THREADS_N;
  let keeper = thread < THREADS_N;
#else
  let column = column0 + thread;
  let keeper = true;
#endif
  if (keeper) {
    store_best(column, best.x);
    store_best(column + COLUMN_STEP, best.y);
    store_best(column + 2 * COLUMN_STEP, best.z);
    store_best(column + 3 * COLUMN_STEP, best.w);
  }
#endif
}

// Several row-local operations, one after another, in one dispatch: linear layers (bias, activation, residual) and layer norms.
// A workgroup takes a tile of rows through all steps, so no step waits for other rows; what the steps hand on lies in `state`, written
// and read by the same workgroup. A tile snippet (see matmul/tile.ts) goes before this source.
// A chain of one linear step may be split over its columns instead: `parts` workgroups then share a tile of rows.

struct Step {
  kind: u32,           // LINEAR, LINEAR_ACTIVATED or NORM
  inner: u32,          // elements read of each row
  columns: u32,        // elements written
  weight: u32,         // offset in `weights`: [columns, inner], or [columns] of a norm
  bias: u32,           // offset in `weights`: [columns]
  x: u32,              // offset in `state`, of the first row
  x_stride: u32,       // elements from row to row
  y: u32,              // offset in `state`, or in `output` where to_output is 1
  y_stride: u32,
  to_output: u32,
  residual: u32,       // offset in `state` of what is added, or NONE
  residual_stride: u32,
}

struct Params {
  rows: u32,
  row_tiles: u32,
  parts: u32,
  step_count: u32,
  eps: f32,            // of the norms
  padding_0: u32,
  padding_1: u32,
  padding_2: u32,
  steps: array<vec4u, 48>, // 16 steps of 3 vectors: a uniform array has a stride of 16 bytes
}

#if HALF_WEIGHTS
alias Weight = f16;
#else
alias Weight = f32;
#endif

#if QUADS
@group(0) @binding(0) var<storage, read> weights: array<vec4<Weight>>;
#else
@group(0) @binding(0) var<storage, read> weights: array<Weight>;
#endif
@group(0) @binding(1) var<storage, read_write> state: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

override THREADS: u32;
override TILE_COLUMNS: u32;

const LINEAR: u32 = 0;
const LINEAR_ACTIVATED: u32 = 1;
const NORM: u32 = 2;

var<private> step: Step;

fn load_step(index: u32) {
  let a = params.steps[3 * index];
  let b = params.steps[3 * index + 1];
  let c = params.steps[3 * index + 2];
  step = Step(a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w, c.x, c.y, c.z, c.w);
}

#if QUADS
fn weight_at(index: u32) -> f32 {
  return f32(weights[index / 4][index % 4]);
}

fn w_quad(base: u32, quad: u32) -> vec4f {
  return vec4f(weights[base / 4 + quad]);
}

// Not an array of vectors: threads write neighbouring elements, and writing one element of a vector may write them all.
fn x_quad(base: u32, quad: u32) -> vec4f {
  let at = (base / 4 + quad) * 4;
  return vec4f(state[at], state[at + 1], state[at + 2], state[at + 3]);
}
#else
fn weight_at(index: u32) -> f32 {
  return f32(weights[index]);
}
#endif

fn x_base(row: u32, segment: u32) -> u32 {
  return step.x + min(row, params.rows - 1) * step.x_stride;
}

fn x_at(base: u32, k: u32) -> f32 {
  return state[base + k];
}

fn w_base(column: u32, segment: u32) -> u32 {
  return step.weight + min(column, step.columns - 1) * step.inner;
}

fn w_at(base: u32, k: u32) -> f32 {
  return weight_at(base + k);
}

fn bias_at(column: u32) -> f32 {
  return weight_at(step.bias + min(column, step.columns - 1));
}

fn emit(row: u32, column: u32, slot: u32, sum: f32) {
  if (column >= step.columns) {
    return;
  }
  var value = sum;
  if (step.kind == LINEAR_ACTIVATED) {
    value = activate(value);
  }
  if (step.residual != NONE) {
    value += state[step.residual + row * step.residual_stride + column];
  }
  let at = step.y + row * step.y_stride + column;
  if (step.to_output == 1) {
    output[at] = value;
    return;
  }
  state[at] = value;
}

fn normalise(row: u32, column: u32, mean: f32, rstd: f32) {
  let value = (state[step.x + row * step.x_stride + column] - mean) * rstd;
  let scale = weight_at(step.weight + column);
  state[step.y + row * step.y_stride + column] = value * scale + weight_at(step.bias + column);
}

#if TILED
// Sixteen threads a row: chains with a norm have tiles of 16 rows and 256 threads.
const ROW_THREADS: u32 = 16;
var<workgroup> partial: array<f32, 256>;

// The sum over the threads of a row.
fn row_sum(thread: u32, value: f32) -> f32 {
  workgroupBarrier();
  partial[thread] = value;
  workgroupBarrier();
  var sum = 0.0;
  let first = thread / ROW_THREADS * ROW_THREADS;
  for (var i = 0u; i < ROW_THREADS; i++) {
    sum += partial[first + i];
  }
  return sum;
}

fn norm_tile(row0: u32, thread: u32) {
  let row = min(row0 + thread / ROW_THREADS, params.rows - 1);
  let base = x_base(row, 0);
  let lane = thread % ROW_THREADS;
  var sum = 0.0;
  for (var i = lane; i < step.columns; i += ROW_THREADS) {
    sum += state[base + i];
  }
  let mean = row_sum(thread, sum) / f32(step.columns);
  var squares = 0.0;
  for (var i = lane; i < step.columns; i += ROW_THREADS) {
    let deviation = state[base + i] - mean;
    squares += deviation * deviation;
  }
  let rstd = inverseSqrt(row_sum(thread, squares) / f32(step.columns) + params.eps);
  if (row0 + thread / ROW_THREADS < params.rows) {
    for (var i = lane; i < step.columns; i += ROW_THREADS) {
      normalise(row, i, mean, rstd);
    }
  }
}
#else
// One thread a row: on a CPU its columns are neighbours in the cache, and nothing need be shared.
fn norm_tile(row0: u32, thread: u32) {
  for (var row = row0 + thread; row < min(row0 + TILE_ROWS, params.rows); row += THREADS) {
    let base = x_base(row, 0);
    var sum = 0.0;
    for (var i = 0u; i < step.columns; i++) {
      sum += state[base + i];
    }
    let mean = sum / f32(step.columns);
    var squares = 0.0;
    for (var i = 0u; i < step.columns; i++) {
      let deviation = state[base + i] - mean;
      squares += deviation * deviation;
    }
    let rstd = inverseSqrt(squares / f32(step.columns) + params.eps);
    for (var i = 0u; i < step.columns; i++) {
      normalise(row, i, mean, rstd);
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
  if (index >= params.row_tiles * params.parts) {
    return;
  }
  let row0 = index / params.parts * TILE_ROWS;
  let part = index % params.parts;
  for (var i = 0u; i < params.step_count; i++) {
    load_step(i);
    // Read again from the uniform block: private variables do not count as uniform, and there are barriers below.
    let head = params.steps[3 * i];
    if (head.x == NORM) {
      norm_tile(row0, thread);
    } else {
      for (var column0 = part * TILE_COLUMNS; column0 < head.z; column0 += params.parts * TILE_COLUMNS) {
        multiply_tile(row0, column0, 1, head.y, thread);
        emit_tile(row0, column0, params.rows, thread);
      }
    }
    storageBarrier();
  }
}

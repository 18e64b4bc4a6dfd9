// Several row-local operations, one after another, in one dispatch: linear layers (bias, activation, residual) and layer norms.
// A workgroup takes a tile of rows through all steps, so no step waits for other rows; what the steps hand on lies in `state`, written
// and read by the same workgroup, on a CPU even by the same thread. A tile snippet (see matmul/tile.ts) goes before this source.
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

@group(0) @binding(0) var<storage, read> weights: array<Weight>;
@group(0) @binding(1) var<storage, read_write> state: array<Element>;
@group(0) @binding(2) var<storage, read_write> output: array<Element>;
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

// Four neighbouring elements of a row, `count` of which are there; the others are zero and are not stored.
#if VEC4
fn state4_at(at: u32, count: u32) -> vec4f {
  return state[at / 4];
}

fn weight4_at(at: u32, count: u32) -> vec4f {
  return vec4f(weights[at / 4]);
}

fn store_state(at: u32, count: u32, values: vec4f) {
  state[at / 4] = values;
}

fn store_output(at: u32, count: u32, values: vec4f) {
  output[at / 4] = values;
}
#else
// Where the four lie; those that are not there lie with the last.
fn places(at: u32, count: u32) -> vec4u {
  return at + min(vec4u(0, 1, 2, 3), vec4u(count - 1));
}

fn state4_at(at: u32, count: u32) -> vec4f {
  let i = places(at, count);
  return select(vec4f(0), vec4f(state[i.x], state[i.y], state[i.z], state[i.w]), vec4u(0, 1, 2, 3) < vec4u(count));
}

fn weight4_at(at: u32, count: u32) -> vec4f {
  let i = places(at, count);
  return vec4f(vec4(weights[i.x], weights[i.y], weights[i.z], weights[i.w]));
}

fn store_state(at: u32, count: u32, values: vec4f) {
  for (var i = 0u; i < min(4, count); i++) {
    state[at + i] = values[i];
  }
}

fn store_output(at: u32, count: u32, values: vec4f) {
  for (var i = 0u; i < min(4, count); i++) {
    output[at + i] = values[i];
  }
}
#endif

fn x_base(row: u32, segment: u32) -> u32 {
  return step.x + min(row, params.rows - 1) * step.x_stride;
}

fn x4_at(base: u32, k: u32) -> vec4f {
  return state4_at(base + k, step.inner - k);
}

fn w_base(column: u32, segment: u32) -> u32 {
  return step.weight + min(column, step.columns - 1) * step.inner;
}

fn w4_at(base: u32, k: u32) -> vec4f {
  return weight4_at(base + k, step.inner - k);
}

fn bias_at(column: u32) -> vec4f {
  if (column >= step.columns) {
    return vec4f(0);
  }
  return weight4_at(step.bias + column, step.columns - column);
}

fn emit(row: u32, column: u32, sums: vec4f) {
  if (column >= step.columns) {
    return;
  }
  let count = step.columns - column;
  var values = sums;
  if (step.kind == LINEAR_ACTIVATED) {
    values = activate4(values);
  }
  if (step.residual != NONE) {
    values += state4_at(step.residual + row * step.residual_stride + column, count);
  }
  let at = step.y + row * step.y_stride + column;
  if (step.to_output == 1) {
    store_output(at, count, values);
    return;
  }
  store_state(at, count, values);
}

// How far four elements, of which `count` are there, lie from the mean.
fn deviations(values: vec4f, mean: f32, count: u32) -> vec4f {
  return select(vec4f(0), values - mean, vec4u(0, 1, 2, 3) < vec4u(count));
}

fn normalise(row: u32, column: u32, mean: f32, rstd: f32) {
  let count = step.columns - column;
  let values = (state4_at(step.x + row * step.x_stride + column, count) - mean) * rstd;
  let scale = weight4_at(step.weight + column, count);
  store_state(step.y + row * step.y_stride + column, count, values * scale + weight4_at(step.bias + column, count));
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
  let first = thread % ROW_THREADS * 4;
  var sum = 0.0;
  for (var i = first; i < step.columns; i += 4 * ROW_THREADS) {
    sum += dot(state4_at(base + i, step.columns - i), vec4f(1));
  }
  let mean = row_sum(thread, sum) / f32(step.columns);
  var squares = 0.0;
  for (var i = first; i < step.columns; i += 4 * ROW_THREADS) {
    let apart = deviations(state4_at(base + i, step.columns - i), mean, step.columns - i);
    squares += dot(apart, apart);
  }
  let rstd = inverseSqrt(row_sum(thread, squares) / f32(step.columns) + params.eps);
  if (row0 + thread / ROW_THREADS < params.rows) {
    for (var i = first; i < step.columns; i += 4 * ROW_THREADS) {
      normalise(row, i, mean, rstd);
    }
  }
}
#else
// Each thread its own rows, the four that it holds in products as well.
fn norm_tile(row0: u32, thread: u32) {
  for (var row = row0 + 4 * thread; row < min(row0 + 4 * thread + 4, params.rows); row++) {
    let base = x_base(row, 0);
    var sum = 0.0;
    for (var i = 0u; i < step.columns; i += 4) {
      sum += dot(state4_at(base + i, step.columns - i), vec4f(1));
    }
    let mean = sum / f32(step.columns);
    var squares = 0.0;
    for (var i = 0u; i < step.columns; i += 4) {
      let apart = deviations(state4_at(base + i, step.columns - i), mean, step.columns - i);
      squares += dot(apart, apart);
    }
    let rstd = inverseSqrt(squares / f32(step.columns) + params.eps);
    for (var i = 0u; i < step.columns; i += 4) {
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
#if TILED
    storageBarrier(); // elsewhere a thread reads only what it wrote itself
#endif
  }
}

#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for GPUs: both operands staged in workgroup memory, 4 × 4 sums a thread in registers.
//
// THREADS_M × THREADS_N threads make a tile of 4·THREADS_M rows by 4·THREADS_N columns. A thread's rows lie THREADS_M apart and its columns
// THREADS_N: neighbours store neighbouring columns. A stage holds STAGE_QUADS quads of each row and column, a quad being four k's, and
// staged rows are padded by one quad, so that neighbouring threads read different banks.
//
// The contract is written in gemm_rows.wgsl. With QUADS, where rows and columns begin at multiples of four, whoever appends this also defines
//   x_quad(base, quad) -> vec4f,  w_quad(base, quad) -> vec4f     four elements of a row or column, from 4·quad on: one load, if it can be

override THREADS_M: u32 = 16;
override THREADS_N: u32 = 16;
override STAGE_QUADS: u32 = 4;
// Derived from the three above, but told: naga cannot compile what is derived.
override COLUMN_STEP: u32 = 16;       // THREADS_N
override TILE_ROWS: u32 = 64;         // 4 * THREADS_M
override STAGE_ROW: u32 = 5;          // STAGE_QUADS + 1
override X_STAGE_LENGTH: u32 = 320;   // 4 * THREADS_M * STAGE_ROW
override W_STAGE_LENGTH: u32 = 320;   // 4 * THREADS_N * STAGE_ROW
const NONE: u32 = 0xffffffffu;

var<workgroup> x_stage: array<vec4f, X_STAGE_LENGTH>; // [4*THREADS_M, STAGE_ROW]
var<workgroup> w_stage: array<vec4f, W_STAGE_LENGTH>; // [4*THREADS_N, STAGE_ROW]

// Each holds a column of the thread's sums.
var<private> sum0: vec4f;
var<private> sum1: vec4f;
var<private> sum2: vec4f;
var<private> sum3: vec4f;

// Adds the products of a quad of four rows and of one column.
fn add_quad(x: mat4x4f, w: vec4f, sum: vec4f) -> vec4f {
  return fma(x[3], vec4f(w.w), fma(x[2], vec4f(w.z), fma(x[1], vec4f(w.y), fma(x[0], vec4f(w.x), sum))));
}

// A quad of x one element at a time, with zeros past the end of k.
fn x_masked(base: u32, k: u32, inner: u32) -> vec4f {
  let at = min(vec4u(k, k + 1, k + 2, k + 3), vec4u(inner - 1));
  let loaded = vec4f(x_at(base, at.x), x_at(base, at.y), x_at(base, at.z), x_at(base, at.w));
  return select(vec4f(0), loaded, k + vec4u(0, 1, 2, 3) < vec4u(inner));
}

// The same of the weight; past the end of k, where x is zero, it is only kept inside its column.
fn w_masked(base: u32, k: u32, inner: u32) -> vec4f {
  let at = min(vec4u(k, k + 1, k + 2, k + 3), vec4u(inner - 1));
  return vec4f(w_at(base, at.x), w_at(base, at.y), w_at(base, at.z), w_at(base, at.w));
}

// Stages what begins at k0 element by element: the last stage of rows that it does not fill, and rows that are not in quads.
fn stage_masked(row0: u32, column0: u32, segment: u32, k0: u32, inner: u32, thread: u32) {
  for (var i = thread; i < TILE_ROWS * STAGE_QUADS; i += THREADS_M * THREADS_N) {
    let row = i / STAGE_QUADS;
    let quad = i % STAGE_QUADS;
    x_stage[row * STAGE_ROW + quad] = x_masked(x_base(row0 + row, segment), k0 + 4 * quad, inner);
  }
  for (var i = thread; i < 4 * THREADS_N * STAGE_QUADS; i += THREADS_M * THREADS_N) {
#if WEIGHT_KN
    // Columns are contiguous: neighbouring threads take neighbouring columns.
    let column = i % (4 * THREADS_N);
    let quad = i / (4 * THREADS_N);
#else
    let column = i / STAGE_QUADS;
    let quad = i % STAGE_QUADS;
#endif
    w_stage[column * STAGE_ROW + quad] = w_masked(w_base(column0 + column, segment), k0 + 4 * quad, inner);
  }
}

fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, thread: u32) {
  // The remainders change nothing: they tell the compiler, which would check every index of a stage else, that all stay inside.
  let row = thread / THREADS_N % THREADS_M * STAGE_ROW;
  let column = thread % THREADS_N * STAGE_ROW;
#if QUADS
  // Neighbouring threads load neighbouring quads of a row.
  let staged = thread / STAGE_QUADS % (THREADS_M * THREADS_N / STAGE_QUADS);
  let lane = thread % STAGE_QUADS;
  let x_slot = staged % TILE_ROWS * STAGE_ROW + lane;
  let w_slot = staged * STAGE_ROW + lane;
#endif
  sum0 = vec4f(bias_at(column0 + thread % THREADS_N));
  sum1 = vec4f(bias_at(column0 + thread % THREADS_N + COLUMN_STEP));
  sum2 = vec4f(bias_at(column0 + thread % THREADS_N + 2 * COLUMN_STEP));
  sum3 = vec4f(bias_at(column0 + thread % THREADS_N + 3 * COLUMN_STEP));
  for (var segment = 0u; segment < segments; segment++) {
#if QUADS
    let x_from = x_base(row0 + staged, segment);
    let w_from = w_base(column0 + staged, segment);
#if TWO_COLUMNS
    let w_from_2 = w_base(column0 + staged + THREADS_M * THREADS_N / STAGE_QUADS, segment);
#endif
#endif
    for (var k0 = 0u; k0 < inner; k0 += 4 * STAGE_QUADS) {
      workgroupBarrier();
#if QUADS
      if (k0 + 4 * STAGE_QUADS <= inner) {
        if (staged < TILE_ROWS) {
          x_stage[x_slot] = x_quad(x_from, k0 / 4 + lane);
        }
        w_stage[w_slot] = w_quad(w_from, k0 / 4 + lane);
#if TWO_COLUMNS
        w_stage[w_slot + THREADS_M * THREADS_N / STAGE_QUADS * STAGE_ROW] = w_quad(w_from_2, k0 / 4 + lane);
#endif
      } else {
        stage_masked(row0, column0, segment, k0, inner, thread);
      }
#else
      stage_masked(row0, column0, segment, k0, inner, thread);
#endif
      workgroupBarrier();
      // Quads past the end are skipped. (With the bound known, AMD's compiler would load all of a stage ahead, and run out of registers.)
      for (var i = 0u; i < min(STAGE_QUADS, (inner - k0 + 3) / 4); i++) {
        let quad = i % STAGE_QUADS;
        let x = transpose(mat4x4f(
          x_stage[row + quad],
          x_stage[row + THREADS_M * STAGE_ROW + quad],
          x_stage[row + 2 * THREADS_M * STAGE_ROW + quad],
          x_stage[row + 3 * THREADS_M * STAGE_ROW + quad],
        ));
        sum0 = add_quad(x, w_stage[column + quad], sum0);
        sum1 = add_quad(x, w_stage[column + THREADS_N * STAGE_ROW + quad], sum1);
        sum2 = add_quad(x, w_stage[column + 2 * THREADS_N * STAGE_ROW + quad], sum2);
        sum3 = add_quad(x, w_stage[column + 3 * THREADS_N * STAGE_ROW + quad], sum3);
      }
    }
  }
}

fn emit_tile(row0: u32, column0: u32, rows: u32, thread: u32) {
  let sums = array<vec4f, 4>(sum0, sum1, sum2, sum3);
  let column = column0 + thread % THREADS_N;
  for (var i = 0u; i < 16; i++) {
    let row = row0 + thread / THREADS_N + i / 4 * THREADS_M;
    if (row < rows) {
      emit(row, column + i % 4 * COLUMN_STEP, i % 4, sums[i % 4][i / 4]);
    }
  }
}

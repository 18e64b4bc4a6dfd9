#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for GPUs: both operands staged in workgroup memory, 4 × 4 sums a thread in registers.
//
// THREADS_M × THREADS_N threads make a tile of 4·THREADS_M rows by 4·THREADS_N columns. A thread's rows lie THREADS_M apart; its four
// columns are neighbours, so that it stores vec4s and neighbouring threads store what lies together. A stage holds STAGE_QUADS quads of each
// row and column, a quad being four k's. Staged rows are padded by one quad, and columns staged in the order of `slot_of`, so that
// neighbouring threads read different banks.
//
// The contract is written in gemm_rows.wgsl.

override THREADS_M: u32 = 16;
override THREADS_N: u32 = 16;
override STAGE_QUADS: u32 = 4;
// Derived from the three above, but told: naga cannot compile what is derived.
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

// The column and the quad of a stage that the i-th load of the weight brings, neighbouring loads being those of neighbouring threads.
#if WEIGHT_KN
fn column_of(i: u32) -> u32 {
  return i % (4 * THREADS_N);
}

fn quad_of(i: u32) -> u32 {
  return i / (4 * THREADS_N) % STAGE_QUADS;
}
#else
fn column_of(i: u32) -> u32 {
  return i / STAGE_QUADS % (4 * THREADS_N);
}

fn quad_of(i: u32) -> u32 {
  return i % STAGE_QUADS;
}
#endif

// Where a column is staged: the four of a thread THREADS_N rows apart, and neighbouring threads in neighbouring rows.
fn slot_of(column: u32) -> u32 {
  return column % 4 * THREADS_N + column / 4;
}

fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, thread: u32) {
  // The remainders change nothing: they tell the compiler, which would check every index of a stage else, that all stay inside.
  let row = thread / THREADS_N % THREADS_M * STAGE_ROW;
  let column = thread % THREADS_N * STAGE_ROW;
  let start = bias_at(column0 + thread % THREADS_N * 4);
  sum0 = vec4f(start.x);
  sum1 = vec4f(start.y);
  sum2 = vec4f(start.z);
  sum3 = vec4f(start.w);
  // Each thread stages at most one quad of x and two of the weight, or a block of four quads of each.
#if X_BLOCKS
  let x_row = thread % THREADS_M * 4;
  let x_quad = thread / THREADS_M;
  let x_slot = x_row * STAGE_ROW + x_quad % STAGE_QUADS;
#else
  let x_row = thread / STAGE_QUADS;
  let x_quad = thread % STAGE_QUADS;
  let x_slot = x_row % TILE_ROWS * STAGE_ROW + x_quad;
#endif
#if W_BLOCKS
  let w_column = thread % THREADS_N * 4;
  let w_quad = thread / THREADS_N;
  let w_slot = slot_of(w_column) * STAGE_ROW + w_quad % STAGE_QUADS;
#else
  let w_column = column_of(thread);
  let w_quad = quad_of(thread);
  let w_slot = slot_of(w_column) * STAGE_ROW + w_quad;
#if TWO_COLUMNS
  let w_column_2 = column_of(thread + THREADS_M * THREADS_N);
  let w_quad_2 = quad_of(thread + THREADS_M * THREADS_N);
  let w_slot_2 = slot_of(w_column_2) * STAGE_ROW + w_quad_2;
#endif
#endif
  for (var segment = 0u; segment < segments; segment++) {
    let x_from = x_base(row0 + x_row, segment);
    let w_from = w_base(column0 + w_column, segment);
#if TWO_COLUMNS
    let w_from_2 = w_base(column0 + w_column_2, segment);
#endif
    for (var k0 = 0u; k0 < inner; k0 += 4 * STAGE_QUADS) {
      workgroupBarrier();
      // Quads past the end of k are anything: they are not multiplied.
#if X_BLOCKS
      if (x_quad < STAGE_QUADS) {
        let block = x4x4_at(x_from, k0 + 4 * x_quad);
        x_stage[x_slot] = block[0];
        x_stage[x_slot + STAGE_ROW] = block[1];
        x_stage[x_slot + 2 * STAGE_ROW] = block[2];
        x_stage[x_slot + 3 * STAGE_ROW] = block[3];
      }
#else
      if (x_row < TILE_ROWS) {
        x_stage[x_slot] = x4_at(x_from, k0 + 4 * x_quad);
      }
#endif
#if W_BLOCKS
      if (w_quad < STAGE_QUADS) {
        let block = w4x4_at(w_from, k0 + 4 * w_quad);
        w_stage[w_slot] = block[0];
        w_stage[w_slot + THREADS_N * STAGE_ROW] = block[1];
        w_stage[w_slot + 2 * THREADS_N * STAGE_ROW] = block[2];
        w_stage[w_slot + 3 * THREADS_N * STAGE_ROW] = block[3];
      }
#else
      w_stage[w_slot] = w4_at(w_from, k0 + 4 * w_quad);
#if TWO_COLUMNS
      w_stage[w_slot_2] = w4_at(w_from_2, k0 + 4 * w_quad_2);
#endif
#endif
      workgroupBarrier();
      // (With the bound known, AMD's compiler would load all of a stage ahead, and run out of registers.)
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
  let sums = transpose(mat4x4f(sum0, sum1, sum2, sum3)); // a column of it is a row of the tile
  for (var i = 0u; i < 4; i++) {
    let row = row0 + thread / THREADS_N + i * THREADS_M;
    if (row < rows) {
      emit(row, column0 + thread % THREADS_N * 4, sums[i]);
    }
  }
}

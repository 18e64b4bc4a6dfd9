#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for GPUs: both operands staged in workgroup memory, 4 × 4 sums a thread in registers.
//
// THREADS_M × THREADS_N threads make a tile of 4·THREADS_M rows by 4·THREADS_N columns. A stage holds K_TILE elements of
// each row and column; neighbouring threads load neighbouring k, which is contiguous in x and in a weight [N,K].
// Staged vectors are padded by one so that the transposing writes fall on different banks.
// The contract is written in gemm_rows.wgsl.

override THREADS_M: u32 = 16;
override THREADS_N: u32 = 16;
const K_TILE: u32 = 16;
const NONE: u32 = 0xffffffffu;
// Derived from the two above, but told: naga cannot compile what is derived.
override TILE_ROWS: u32 = 64;         // 4 * THREADS_M
override X_STAGE_LENGTH: u32 = 272;   // K_TILE * (THREADS_M + 1)
override W_STAGE_LENGTH: u32 = 272;   // K_TILE * (THREADS_N + 1)

var<workgroup> x_stage: array<vec4f, X_STAGE_LENGTH>; // [K_TILE][THREADS_M + 1], four rows a vector
var<workgroup> w_stage: array<vec4f, W_STAGE_LENGTH>; // [K_TILE][THREADS_N + 1], four columns a vector

var<private> sum0: vec4f;
var<private> sum1: vec4f;
var<private> sum2: vec4f;
var<private> sum3: vec4f;

// An element of x, or zero outside: rows are masked by x_base, k here.
fn x_or_zero(base: u32, k: u32, inner: u32) -> f32 {
  if (base == NONE || k >= inner) {
    return 0;
  }
  return x_at(base, k);
}

fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, thread: u32) {
  let start = bias_at(column0 + thread % THREADS_N * 4);
  sum0 = start;
  sum1 = start;
  sum2 = start;
  sum3 = start;
  let threads = THREADS_M * THREADS_N;
  let thread_row = thread / THREADS_N;
  let thread_column = thread % THREADS_N;
  for (var segment = 0u; segment < segments; segment++) {
    for (var k0 = 0u; k0 < inner; k0 += K_TILE) {
      workgroupBarrier();
      for (var i = thread; i < K_TILE * THREADS_M; i += threads) {
        let k = i % K_TILE;
        let row = row0 + i / K_TILE * 4;
        x_stage[k * (THREADS_M + 1) + i / K_TILE] = vec4f(
          x_or_zero(x_base(row, segment), k0 + k, inner),
          x_or_zero(x_base(row + 1, segment), k0 + k, inner),
          x_or_zero(x_base(row + 2, segment), k0 + k, inner),
          x_or_zero(x_base(row + 3, segment), k0 + k, inner),
        );
      }
      for (var i = thread; i < K_TILE * THREADS_N; i += threads) {
#if WEIGHT_KN
        // Columns are contiguous: neighbouring threads take neighbouring columns.
        let k = i / THREADS_N;
        let slot = i % THREADS_N;
#else
        let k = i % K_TILE;
        let slot = i / K_TILE;
#endif
        let column = column0 + slot * 4;
        // Past the end of k, x is staged as zero; the weight is only kept inside its buffer.
        let k_inside = min(k0 + k, inner - 1);
        w_stage[k * (THREADS_N + 1) + slot] = vec4f(
          w_at(w_base(column, segment), k_inside),
          w_at(w_base(column + 1, segment), k_inside),
          w_at(w_base(column + 2, segment), k_inside),
          w_at(w_base(column + 3, segment), k_inside),
        );
      }
      workgroupBarrier();
      for (var k = 0u; k < K_TILE; k++) {
        let x = x_stage[k * (THREADS_M + 1) + thread_row];
        let w = w_stage[k * (THREADS_N + 1) + thread_column];
        sum0 = fma(vec4f(x.x), w, sum0);
        sum1 = fma(vec4f(x.y), w, sum1);
        sum2 = fma(vec4f(x.z), w, sum2);
        sum3 = fma(vec4f(x.w), w, sum3);
      }
    }
  }
}

fn emit_tile(row0: u32, column0: u32, rows: u32, thread: u32) {
  let sums = array<vec4f, 4>(sum0, sum1, sum2, sum3);
  let first = row0 + thread / THREADS_N * 4;
  let column = column0 + thread % THREADS_N * 4;
  for (var i = 0u; i < 4; i++) {
    if (first + i < rows) {
      emit(first + i, column, sums[i]);
    }
  }
}

#if SUBGROUPS
enable subgroups;
#endif
#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for adapters that run shaders on a CPU: no workgroup memory (there it costs seven times a
// storage load), many sums in registers for each load.
//
// One workgroup is one SIMD group of LANES threads. A thread sums 16 rows by 4 columns; its columns lie LANES apart, so that a
// load of the weight is contiguous over the group. With subgroups each thread loads the x of its own rows and hands it round.
//
// Contract of the tile snippets (gemm_rows, gemm_tiled): whoever appends them defines
//   x_base(row, segment) -> u32        where a row of x begins, or NONE for a row of zeros;  segments are taps of a convolution
//   x_at(base, k) -> f32               an element of that row
//   w_base(column, segment) -> u32,  w_at(base, k) -> f32     the same for a column of the weight
//   start_at(column) -> vec4f          what the sums of columns column, column + COLUMN_STEP, … begin with: the bias
//   emit(row, column, slot, value)     takes one element of the product; a thread holds columns of four slots
// and calls multiply_tile, then emit_tile. Rows and columns outside the matrix are asked for too, but no row is emitted: x_base,
// w_base, start_at and emit bound the others.

override LANES: u32 = 8;
override COLUMN_STEP: u32 = 8; // LANES; not derived, which naga cannot compile
const TILE_ROWS: u32 = 16;
const NONE: u32 = 0xffffffffu;

var<private> sum0: vec4f;
var<private> sum1: vec4f;
var<private> sum2: vec4f;
var<private> sum3: vec4f;
var<private> sum4: vec4f;
var<private> sum5: vec4f;
var<private> sum6: vec4f;
var<private> sum7: vec4f;
var<private> sum8: vec4f;
var<private> sum9: vec4f;
var<private> sum10: vec4f;
var<private> sum11: vec4f;
var<private> sum12: vec4f;
var<private> sum13: vec4f;
var<private> sum14: vec4f;
var<private> sum15: vec4f;

// Sums the products of the tile that begins at row0, column0 over all segments of inner elements each.
fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, lane: u32) {

  let start = start_at(column0 + lane);
  sum0 = start;
  sum1 = start;
  sum2 = start;
  sum3 = start;
  sum4 = start;
  sum5 = start;
  sum6 = start;
  sum7 = start;
  sum8 = start;
  sum9 = start;
  sum10 = start;
  sum11 = start;
  sum12 = start;
  sum13 = start;
  sum14 = start;
  sum15 = start;
  for (var segment = 0u; segment < segments; segment++) {
    let c0 = w_base(column0 + lane, segment);
    let c1 = w_base(column0 + lane + COLUMN_STEP, segment);
    let c2 = w_base(column0 + lane + 2 * COLUMN_STEP, segment);
    let c3 = w_base(column0 + lane + 3 * COLUMN_STEP, segment);
#if SUBGROUPS
    let low = x_base(row0 + lane, segment);
    let high = x_base(row0 + 8 + lane, segment);
#else
    let r0 = x_base(row0 + 0, segment);
    let r1 = x_base(row0 + 1, segment);
    let r2 = x_base(row0 + 2, segment);
    let r3 = x_base(row0 + 3, segment);
    let r4 = x_base(row0 + 4, segment);
    let r5 = x_base(row0 + 5, segment);
    let r6 = x_base(row0 + 6, segment);
    let r7 = x_base(row0 + 7, segment);
    let r8 = x_base(row0 + 8, segment);
    let r9 = x_base(row0 + 9, segment);
    let r10 = x_base(row0 + 10, segment);
    let r11 = x_base(row0 + 11, segment);
    let r12 = x_base(row0 + 12, segment);
    let r13 = x_base(row0 + 13, segment);
    let r14 = x_base(row0 + 14, segment);
    let r15 = x_base(row0 + 15, segment);
#endif
    for (var k = 0u; k < inner; k++) {
      let w = vec4f(w_at(c0, k), w_at(c1, k), w_at(c2, k), w_at(c3, k));
#if SUBGROUPS
      let x_low = x_at(low, k);
      let x_high = x_at(high, k);
      sum0 += subgroupBroadcast(x_low, 0) * w;
      sum1 += subgroupBroadcast(x_low, 1) * w;
      sum2 += subgroupBroadcast(x_low, 2) * w;
      sum3 += subgroupBroadcast(x_low, 3) * w;
      sum4 += subgroupBroadcast(x_low, 4) * w;
      sum5 += subgroupBroadcast(x_low, 5) * w;
      sum6 += subgroupBroadcast(x_low, 6) * w;
      sum7 += subgroupBroadcast(x_low, 7) * w;
      sum8 += subgroupBroadcast(x_high, 0) * w;
      sum9 += subgroupBroadcast(x_high, 1) * w;
      sum10 += subgroupBroadcast(x_high, 2) * w;
      sum11 += subgroupBroadcast(x_high, 3) * w;
      sum12 += subgroupBroadcast(x_high, 4) * w;
      sum13 += subgroupBroadcast(x_high, 5) * w;
      sum14 += subgroupBroadcast(x_high, 6) * w;
      sum15 += subgroupBroadcast(x_high, 7) * w;
#else
      sum0 += x_at(r0, k) * w;
      sum1 += x_at(r1, k) * w;
      sum2 += x_at(r2, k) * w;
      sum3 += x_at(r3, k) * w;
      sum4 += x_at(r4, k) * w;
      sum5 += x_at(r5, k) * w;
      sum6 += x_at(r6, k) * w;
      sum7 += x_at(r7, k) * w;
      sum8 += x_at(r8, k) * w;
      sum9 += x_at(r9, k) * w;
      sum10 += x_at(r10, k) * w;
      sum11 += x_at(r11, k) * w;
      sum12 += x_at(r12, k) * w;
      sum13 += x_at(r13, k) * w;
      sum14 += x_at(r14, k) * w;
      sum15 += x_at(r15, k) * w;
#endif
    }
  }
}

// Hands over the sums of the tile's rows before `rows`, one at a time: the loops are not unrolled, since software compilers take
// longer for sixty-four copies of an epilogue than for the product itself.
fn emit_tile(row0: u32, column0: u32, rows: u32, lane: u32) {
  let sums = array<vec4f, TILE_ROWS>(
    sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10, sum11, sum12, sum13, sum14, sum15,
  );
  let count = 4 * (min(row0 + TILE_ROWS, max(rows, row0)) - row0);
  for (var i = 0u; i < count; i++) {
    emit(row0 + i / 4, column0 + lane + i % 4 * COLUMN_STEP, i % 4, sums[i / 4][i % 4]);
  }
}

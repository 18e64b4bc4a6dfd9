#if SUBGROUPS_8
enable subgroups;
#elif SUBGROUPS_4
enable subgroups;
#endif
#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for adapters that run shaders on a CPU: no workgroup memory, many sums for each load.
//
// One workgroup is one SIMD group of LANES threads. A thread sums 16 rows by 4 neighbouring columns. There a load is a loop over the
// lanes with a bounds check for each, and costs as much as thirty multiply-adds; so operands are loaded four k at a time, and with
// subgroups each thread loads the x of its own rows only and hands it round. All four k of a row are summed before the next row: its
// sums, which are too many for the registers, are then loaded and stored once.
//
// Contract of the tile snippets (gemm_rows, gemm_tiled): whoever appends them defines
//   x_base(row, segment) -> u32        where a row of x begins, or NONE for a row of zeros;  segments are taps of a convolution
//   x_at(base, k) -> f32               an element of that row
//   x4_at(base, k) -> vec4f            elements k to k+3 of that row, k a multiple of 4, zeros past the last
//   w_base(column, segment) -> u32,  w_at(base, k) -> f32     the same for a column of the weight
//   w4_at(base, k) -> vec4f            past the last, any element of that column
//   bias_at(column) -> vec4f           what the sums of four columns begin with
//   emit(row, column, values)          takes four neighbouring elements of the product
// and calls multiply_tile, then emit_tile. Rows and columns outside the matrix are asked for too, but no row is emitted: x_base,
// w_base, bias_at and emit bound the others.

override LANES: u32 = 8;
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

#if SUBGROUPS_8
var<private> rows: vec2u; // where this thread's rows of x begin
#elif SUBGROUPS_4
var<private> rows: vec4u;
#else
var<private> base0: u32;
var<private> base1: u32;
var<private> base2: u32;
var<private> base3: u32;
var<private> base4: u32;
var<private> base5: u32;
var<private> base6: u32;
var<private> base7: u32;
var<private> base8: u32;
var<private> base9: u32;
var<private> base10: u32;
var<private> base11: u32;
var<private> base12: u32;
var<private> base13: u32;
var<private> base14: u32;
var<private> base15: u32;
#endif
var<private> columns: vec4u; // where this thread's columns of the weight begin

// Adds the products of k to k+3 to all sums.
fn add_products(k: u32) {
  let w = mat4x4f(w4_at(columns.x, k), w4_at(columns.y, k), w4_at(columns.z, k), w4_at(columns.w, k)); // a column of it is one of the tile
#if SUBGROUPS_8
  let x_a = x4_at(rows.x, k);
  let x_b = x4_at(rows.y, k);
  sum0 += subgroupBroadcast(x_a, 0) * w;
  sum1 += subgroupBroadcast(x_a, 1) * w;
  sum2 += subgroupBroadcast(x_a, 2) * w;
  sum3 += subgroupBroadcast(x_a, 3) * w;
  sum4 += subgroupBroadcast(x_a, 4) * w;
  sum5 += subgroupBroadcast(x_a, 5) * w;
  sum6 += subgroupBroadcast(x_a, 6) * w;
  sum7 += subgroupBroadcast(x_a, 7) * w;
  sum8 += subgroupBroadcast(x_b, 0) * w;
  sum9 += subgroupBroadcast(x_b, 1) * w;
  sum10 += subgroupBroadcast(x_b, 2) * w;
  sum11 += subgroupBroadcast(x_b, 3) * w;
  sum12 += subgroupBroadcast(x_b, 4) * w;
  sum13 += subgroupBroadcast(x_b, 5) * w;
  sum14 += subgroupBroadcast(x_b, 6) * w;
  sum15 += subgroupBroadcast(x_b, 7) * w;
#elif SUBGROUPS_4
  let x_a = x4_at(rows.x, k);
  let x_b = x4_at(rows.y, k);
  let x_c = x4_at(rows.z, k);
  let x_d = x4_at(rows.w, k);
  sum0 += subgroupBroadcast(x_a, 0) * w;
  sum1 += subgroupBroadcast(x_a, 1) * w;
  sum2 += subgroupBroadcast(x_a, 2) * w;
  sum3 += subgroupBroadcast(x_a, 3) * w;
  sum4 += subgroupBroadcast(x_b, 0) * w;
  sum5 += subgroupBroadcast(x_b, 1) * w;
  sum6 += subgroupBroadcast(x_b, 2) * w;
  sum7 += subgroupBroadcast(x_b, 3) * w;
  sum8 += subgroupBroadcast(x_c, 0) * w;
  sum9 += subgroupBroadcast(x_c, 1) * w;
  sum10 += subgroupBroadcast(x_c, 2) * w;
  sum11 += subgroupBroadcast(x_c, 3) * w;
  sum12 += subgroupBroadcast(x_d, 0) * w;
  sum13 += subgroupBroadcast(x_d, 1) * w;
  sum14 += subgroupBroadcast(x_d, 2) * w;
  sum15 += subgroupBroadcast(x_d, 3) * w;
#else
  sum0 += x4_at(base0, k) * w;
  sum1 += x4_at(base1, k) * w;
  sum2 += x4_at(base2, k) * w;
  sum3 += x4_at(base3, k) * w;
  sum4 += x4_at(base4, k) * w;
  sum5 += x4_at(base5, k) * w;
  sum6 += x4_at(base6, k) * w;
  sum7 += x4_at(base7, k) * w;
  sum8 += x4_at(base8, k) * w;
  sum9 += x4_at(base9, k) * w;
  sum10 += x4_at(base10, k) * w;
  sum11 += x4_at(base11, k) * w;
  sum12 += x4_at(base12, k) * w;
  sum13 += x4_at(base13, k) * w;
  sum14 += x4_at(base14, k) * w;
  sum15 += x4_at(base15, k) * w;
#endif
}

// Sums the products of the tile that begins at row0, column0 over all segments of inner elements each.
fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, lane: u32) {
  let column = column0 + 4 * lane;
  let start = bias_at(column);
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
    columns = vec4u(
      w_base(column, segment),
      w_base(column + 1, segment),
      w_base(column + 2, segment),
      w_base(column + 3, segment),
    );
#if SUBGROUPS_8
    rows = vec2u(x_base(row0 + lane, segment), x_base(row0 + 8 + lane, segment));
#elif SUBGROUPS_4
    rows = vec4u(
      x_base(row0 + lane, segment),
      x_base(row0 + 4 + lane, segment),
      x_base(row0 + 8 + lane, segment),
      x_base(row0 + 12 + lane, segment),
    );
#else
    base0 = x_base(row0 + 0, segment);
    base1 = x_base(row0 + 1, segment);
    base2 = x_base(row0 + 2, segment);
    base3 = x_base(row0 + 3, segment);
    base4 = x_base(row0 + 4, segment);
    base5 = x_base(row0 + 5, segment);
    base6 = x_base(row0 + 6, segment);
    base7 = x_base(row0 + 7, segment);
    base8 = x_base(row0 + 8, segment);
    base9 = x_base(row0 + 9, segment);
    base10 = x_base(row0 + 10, segment);
    base11 = x_base(row0 + 11, segment);
    base12 = x_base(row0 + 12, segment);
    base13 = x_base(row0 + 13, segment);
    base14 = x_base(row0 + 14, segment);
    base15 = x_base(row0 + 15, segment);
#endif
    for (var k = 0u; k < inner; k += 4) {
      add_products(k);
    }
  }
}

// Hands over the sums of the tile's rows before `rows`, a row at a time: the loop is not unrolled, since software compilers take
// longer for sixteen copies of an epilogue than for the product itself.
fn emit_tile(row0: u32, column0: u32, rows: u32, lane: u32) {
  let sums = array<vec4f, TILE_ROWS>(
    sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10, sum11, sum12, sum13, sum14, sum15,
  );
  let count = min(row0 + TILE_ROWS, max(rows, row0)) - row0;
  for (var i = 0u; i < count; i++) {
    emit(row0 + i, column0 + 4 * lane, sums[i]);
  }
}

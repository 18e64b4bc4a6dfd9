#if SUBGROUPS
enable subgroups;
#endif
#if HALF_WEIGHTS
enable f16;
#endif
// A tile of a matrix product for adapters that run shaders on a CPU: no workgroup memory, many sums for each load.
//
// One workgroup is one SIMD group. A thread holds four neighbouring columns of the weight and sums their products
// with HANDED rows of x; with OWN_ROWS it holds four rows instead and sums their products with HANDED columns, so that a row is read and written
// by one thread only, and steps on the same rows need no barrier (software compilers make a coroutine of a shader that has one).
//
// A load there is a loop over the lanes with a bounds check for each, and costs as much as thirty multiply-adds. So operands are loaded
// four k at a time, and with subgroups each thread loads its own share of the HANDED and hands it round. Four k are summed before the
// next of them: the sums, which are too many for the registers, are then loaded and stored once.
//
// Contract of the tile snippets (gemm_rows, gemm_tiled): whoever appends them defines
//   x_base(row, segment) -> u32        where a row of x begins, or NONE for a row of zeros;  segments are taps of a convolution
//   x4_at(base, k) -> vec4f            elements k to k+3 of that row, k a multiple of 4, zeros past the last
//   w_base(column, segment) -> u32     the same for a column of the weight
//   w4_at(base, k) -> vec4f            and its elements; past the last, any of them
//   x4x4_at(base, k) -> mat4x4f        with X_BLOCKS, in place of x4_at: elements k to k+3 of that row and of its three neighbours, a column
//                                      of the result each; rows are then asked for in fours. For an x that is stored [k,m]
//   w4x4_at(base, k) -> mat4x4f        with W_BLOCKS, in place of w4_at: the same for columns of a weight that is stored [k,n]
//   bias_at(column) -> vec4f           what is added to four columns
//   emit(row, column, values)          takes four neighbouring elements of the product
// and calls multiply_tile, then emit_tile. Rows and columns outside the matrix are asked for too, but no row is emitted: x_base,
// w_base, bias_at and emit bound the others.

override TILE_ROWS: u32 = 16;
#if SUBGROUPS_8
const HANDED: u32 = 32;
#else
const HANDED: u32 = 16;
#endif
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
var<private> sum16: vec4f;
var<private> sum17: vec4f;
var<private> sum18: vec4f;
var<private> sum19: vec4f;
var<private> sum20: vec4f;
var<private> sum21: vec4f;
var<private> sum22: vec4f;
var<private> sum23: vec4f;
var<private> sum24: vec4f;
var<private> sum25: vec4f;
var<private> sum26: vec4f;
var<private> sum27: vec4f;
var<private> sum28: vec4f;
var<private> sum29: vec4f;
var<private> sum30: vec4f;
var<private> sum31: vec4f;
#endif

var<private> held: vec4u; // where the four begin that this thread holds
#if SUBGROUPS
var<private> handed: vec4u; // where its share of what is handed round begins
#else
var<private> handed0: u32;
var<private> handed1: u32;
var<private> handed2: u32;
var<private> handed3: u32;
var<private> handed4: u32;
var<private> handed5: u32;
var<private> handed6: u32;
var<private> handed7: u32;
var<private> handed8: u32;
var<private> handed9: u32;
var<private> handed10: u32;
var<private> handed11: u32;
var<private> handed12: u32;
var<private> handed13: u32;
var<private> handed14: u32;
var<private> handed15: u32;
#endif

#if OWN_ROWS
fn held_base(i: u32, segment: u32) -> u32 {
  return x_base(i, segment);
}

fn handed_base(i: u32, segment: u32) -> u32 {
  return w_base(i, segment);
}
#else
fn held_base(i: u32, segment: u32) -> u32 {
  return w_base(i, segment);
}

fn handed_base(i: u32, segment: u32) -> u32 {
  return x_base(i, segment);
}
#endif

// The four that this thread holds, at k to k+3.
fn held_at(k: u32) -> mat4x4f {
#if OWN_ROWS
#if X_BLOCKS
  return x4x4_at(held.x, k);
#else
  return mat4x4f(x4_at(held.x, k), x4_at(held.y, k), x4_at(held.z, k), x4_at(held.w, k));
#endif
#elif W_BLOCKS
  return w4x4_at(held.x, k);
#else
  return mat4x4f(w4_at(held.x, k), w4_at(held.y, k), w4_at(held.z, k), w4_at(held.w, k));
#endif
}

// Four of those that are handed round, whose bases are told (in a block the first's is enough), at k to k+3.
fn handed_at(bases: vec4u, k: u32) -> mat4x4f {
#if OWN_ROWS
#if W_BLOCKS
  return w4x4_at(bases.x, k);
#else
  return mat4x4f(w4_at(bases.x, k), w4_at(bases.y, k), w4_at(bases.z, k), w4_at(bases.w, k));
#endif
#elif X_BLOCKS
  return x4x4_at(bases.x, k);
#else
  return mat4x4f(x4_at(bases.x, k), x4_at(bases.y, k), x4_at(bases.z, k), x4_at(bases.w, k));
#endif
}

// Which sum is that of the i-th of those handed round: with subgroups, a lane's share of them is a block of neighbours where they are
// loaded in blocks, and else lies apart, so that neighbouring lanes load neighbours.
fn sum_of(i: u32) -> u32 {
#if HANDED_BLOCKS
  return i % 4 * (HANDED / 4) + i / 4;
#else
  return i;
#endif
}

// Adds the products of k to k+3 to all sums.
fn add_products(k: u32) {
  let own = held_at(k);
#if SUBGROUPS
  let share = handed_at(handed, k);
  let a = share[0];
  let b = share[1];
  let c = share[2];
  let d = share[3];
#endif
#if SUBGROUPS_8
  sum0 += subgroupBroadcast(a, 0) * own;
  sum1 += subgroupBroadcast(a, 1) * own;
  sum2 += subgroupBroadcast(a, 2) * own;
  sum3 += subgroupBroadcast(a, 3) * own;
  sum4 += subgroupBroadcast(a, 4) * own;
  sum5 += subgroupBroadcast(a, 5) * own;
  sum6 += subgroupBroadcast(a, 6) * own;
  sum7 += subgroupBroadcast(a, 7) * own;
  sum8 += subgroupBroadcast(b, 0) * own;
  sum9 += subgroupBroadcast(b, 1) * own;
  sum10 += subgroupBroadcast(b, 2) * own;
  sum11 += subgroupBroadcast(b, 3) * own;
  sum12 += subgroupBroadcast(b, 4) * own;
  sum13 += subgroupBroadcast(b, 5) * own;
  sum14 += subgroupBroadcast(b, 6) * own;
  sum15 += subgroupBroadcast(b, 7) * own;
  sum16 += subgroupBroadcast(c, 0) * own;
  sum17 += subgroupBroadcast(c, 1) * own;
  sum18 += subgroupBroadcast(c, 2) * own;
  sum19 += subgroupBroadcast(c, 3) * own;
  sum20 += subgroupBroadcast(c, 4) * own;
  sum21 += subgroupBroadcast(c, 5) * own;
  sum22 += subgroupBroadcast(c, 6) * own;
  sum23 += subgroupBroadcast(c, 7) * own;
  sum24 += subgroupBroadcast(d, 0) * own;
  sum25 += subgroupBroadcast(d, 1) * own;
  sum26 += subgroupBroadcast(d, 2) * own;
  sum27 += subgroupBroadcast(d, 3) * own;
  sum28 += subgroupBroadcast(d, 4) * own;
  sum29 += subgroupBroadcast(d, 5) * own;
  sum30 += subgroupBroadcast(d, 6) * own;
  sum31 += subgroupBroadcast(d, 7) * own;
#elif SUBGROUPS_4
  sum0 += subgroupBroadcast(a, 0) * own;
  sum1 += subgroupBroadcast(a, 1) * own;
  sum2 += subgroupBroadcast(a, 2) * own;
  sum3 += subgroupBroadcast(a, 3) * own;
  sum4 += subgroupBroadcast(b, 0) * own;
  sum5 += subgroupBroadcast(b, 1) * own;
  sum6 += subgroupBroadcast(b, 2) * own;
  sum7 += subgroupBroadcast(b, 3) * own;
  sum8 += subgroupBroadcast(c, 0) * own;
  sum9 += subgroupBroadcast(c, 1) * own;
  sum10 += subgroupBroadcast(c, 2) * own;
  sum11 += subgroupBroadcast(c, 3) * own;
  sum12 += subgroupBroadcast(d, 0) * own;
  sum13 += subgroupBroadcast(d, 1) * own;
  sum14 += subgroupBroadcast(d, 2) * own;
  sum15 += subgroupBroadcast(d, 3) * own;
#else
  let four0 = handed_at(vec4u(handed0, handed1, handed2, handed3), k);
  sum0 += four0[0] * own;
  sum1 += four0[1] * own;
  sum2 += four0[2] * own;
  sum3 += four0[3] * own;
  let four1 = handed_at(vec4u(handed4, handed5, handed6, handed7), k);
  sum4 += four1[0] * own;
  sum5 += four1[1] * own;
  sum6 += four1[2] * own;
  sum7 += four1[3] * own;
  let four2 = handed_at(vec4u(handed8, handed9, handed10, handed11), k);
  sum8 += four2[0] * own;
  sum9 += four2[1] * own;
  sum10 += four2[2] * own;
  sum11 += four2[3] * own;
  let four3 = handed_at(vec4u(handed12, handed13, handed14, handed15), k);
  sum12 += four3[0] * own;
  sum13 += four3[1] * own;
  sum14 += four3[2] * own;
  sum15 += four3[3] * own;
#endif
}

// Sums the products of the tile that begins at row0, column0 over all segments of inner elements each.
fn multiply_tile(row0: u32, column0: u32, segments: u32, inner: u32, lane: u32) {
#if OWN_ROWS
  let first = row0 + 4 * lane;
  let other = column0;
  let start = vec4f(0); // emit_tile adds the bias: all lanes have the same columns here
#else
  let first = column0 + 4 * lane;
  let other = row0;
  let start = bias_at(first);
#endif
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
#if SUBGROUPS_8
  sum16 = start;
  sum17 = start;
  sum18 = start;
  sum19 = start;
  sum20 = start;
  sum21 = start;
  sum22 = start;
  sum23 = start;
  sum24 = start;
  sum25 = start;
  sum26 = start;
  sum27 = start;
  sum28 = start;
  sum29 = start;
  sum30 = start;
  sum31 = start;
#endif
  for (var segment = 0u; segment < segments; segment++) {
    held = vec4u(
      held_base(first, segment),
      held_base(first + 1, segment),
      held_base(first + 2, segment),
      held_base(first + 3, segment),
    );
#if HANDED_BLOCKS
    handed = vec4u(handed_base(other + 4 * lane, segment));
#elif SUBGROUPS
    handed = vec4u(
      handed_base(other + lane, segment),
      handed_base(other + HANDED / 4 + lane, segment),
      handed_base(other + HANDED / 2 + lane, segment),
      handed_base(other + HANDED / 4 * 3 + lane, segment),
    );
#else
    handed0 = handed_base(other + 0, segment);
    handed1 = handed_base(other + 1, segment);
    handed2 = handed_base(other + 2, segment);
    handed3 = handed_base(other + 3, segment);
    handed4 = handed_base(other + 4, segment);
    handed5 = handed_base(other + 5, segment);
    handed6 = handed_base(other + 6, segment);
    handed7 = handed_base(other + 7, segment);
    handed8 = handed_base(other + 8, segment);
    handed9 = handed_base(other + 9, segment);
    handed10 = handed_base(other + 10, segment);
    handed11 = handed_base(other + 11, segment);
    handed12 = handed_base(other + 12, segment);
    handed13 = handed_base(other + 13, segment);
    handed14 = handed_base(other + 14, segment);
    handed15 = handed_base(other + 15, segment);
#endif
    for (var k = 0u; k < inner; k += 4) {
      add_products(k);
    }
  }
}

// Hands over the sums of the tile's rows before `rows`, four at a time: the loop is not unrolled, since software compilers take
// longer for so many copies of an epilogue than for the product itself.
fn emit_tile(row0: u32, column0: u32, rows: u32, lane: u32) {
  let sums = array<vec4f, HANDED>(
    sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10, sum11, sum12, sum13, sum14, sum15,
#if SUBGROUPS_8
    sum16, sum17, sum18, sum19, sum20, sum21, sum22, sum23, sum24, sum25, sum26, sum27, sum28, sum29, sum30, sum31,
#endif
  );
#if OWN_ROWS
  let first = row0 + 4 * lane;
  for (var i = 0u; i < HANDED; i++) {
    let row = i / (HANDED / 4);
    let column = i % (HANDED / 4) * 4;
    if (first + row < rows) {
      let values = vec4f(
        sums[sum_of(column)][row],
        sums[sum_of(column + 1)][row],
        sums[sum_of(column + 2)][row],
        sums[sum_of(column + 3)][row],
      );
      emit(first + row, column0 + column, values + bias_at(column0 + column));
    }
  }
#else
  let count = min(row0 + HANDED, max(rows, row0)) - row0;
  for (var i = 0u; i < count; i++) {
    emit(row0 + i, column0 + 4 * lane, sums[sum_of(i)]);
  }
#endif
}

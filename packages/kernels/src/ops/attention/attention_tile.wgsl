// Tiles of 32 rows in workgroup memory and what 64 threads make of them, in an 8x8 grid (r, c); see attention_tiles.wgsl. Written for
// queries q passing over keys k with values v: the backward form for keys has them change places.

const TILE = 32u;
// Neighbouring threads differ in r and read vec4s one row apart: rows of 9 vec4s start four banks apart.
const ROW = 9u;

// p takes q's place: the next tile of keys stages q again.
var<workgroup> qp_tile: array<vec4f, TILE * ROW>; // q: [query, d/4], query 4r+i in row 8i+r; p: [key, query/4]
var<workgroup> kv_tile: array<vec4f, TILE * ROW>; // [key, d/4], of k and of v by turns

// Staging copies dimensions d0 to d0+31 of 32 rows, eight threads a row: 128 bytes at once. What is not there is zero; it is loaded all the
// same, from wherever the clamped index falls, so that all loads are under way together.
// Four loads a thread. Compilers unroll what they can count; single elements are not worth the time that takes.
fn stage_loads() -> u32 {
#if VEC4
  return 4;
#else
  return select(4u, 0u, params.head_dim == 0);
#endif
}

// In both products below remainders change nothing: they tell the compiler, which would check every index else, that all stay inside.

// Adds to scores what is staged of four queries and four keys: 32 dimensions, or those left.
fn add_scores(lane: u32, left: u32, sums: mat4x4f) -> mat4x4f {
  let q_row = lane % 8 * ROW;
  let k_row = lane / 8 % 8 * 4 * ROW;
  var s = sums;
  for (var i = 0u; i < min(8, (left + 3) / 4); i++) {
    let d = i % 8;
    let q4 = mat4x4f(
      qp_tile[q_row + d],
      qp_tile[q_row + 8 * ROW + d],
      qp_tile[q_row + 16 * ROW + d],
      qp_tile[q_row + 24 * ROW + d],
    );
    let k4 = mat4x4f(
      kv_tile[k_row + d],
      kv_tile[k_row + ROW + d],
      kv_tile[k_row + 2 * ROW + d],
      kv_tile[k_row + 3 * ROW + d],
    );
    s += transpose(q4) * k4;
  }
  return s;
}

// Adds, for four queries and four dimensions, weights times staged values of the tile's keys, or of those left.
fn add_values(lane: u32, left: u32, sums: mat4x4f) -> mat4x4f {
  let r = lane % 8;
  let c = lane / 8 % 8;
  var o = sums;
  for (var i = 0u; i < min(TILE, left); i += 4) {
    let row = i / 4 % 8 * 4 * ROW;
    let p4 = mat4x4f(
      qp_tile[row + r],
      qp_tile[row + ROW + r],
      qp_tile[row + 2 * ROW + r],
      qp_tile[row + 3 * ROW + r],
    );
    let v4 = mat4x4f(
      kv_tile[row + c],
      kv_tile[row + ROW + c],
      kv_tile[row + 2 * ROW + c],
      kv_tile[row + 3 * ROW + c],
    );
    o += p4 * transpose(v4);
  }
  return o;
}

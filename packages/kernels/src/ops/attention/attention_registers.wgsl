// Attention for software adapters, where a load costs ten multiply-adds or more and workgroup memory saves none.
// A thread holds four queries and passes over the keys sixteen at a time: s = q·k, then o = o·decay + p·v, in 4×4 matrices
// of queries by keys and of queries by dimensions. A workgroup has one head and 4·WORKGROUP_SIZE queries. Where the
// adapter has subgroups a workgroup is one, each lane loads other keys, and lanes hand their keys round.

override WORKGROUP_SIZE: u32 = 8;

const BLOCK = 16u;

// The accumulator's size in vec4s is a constant, and compilers take time for each: enough for D and not much more.
#if HEAD_OVER_64
const COLUMNS = 32;
#elif HEAD_OVER_32
const COLUMNS = 16;
#else
const COLUMNS = 8;
#endif

// Scores of four queries with each of a block's keys. Private variables, to which a loop adds a key at a time: what lavapipe's compiler
// makes of matrices takes twice as long.
var<private> score0: vec4f;
var<private> score1: vec4f;
var<private> score2: vec4f;
var<private> score3: vec4f;
var<private> score4: vec4f;
var<private> score5: vec4f;
var<private> score6: vec4f;
var<private> score7: vec4f;
var<private> score8: vec4f;
var<private> score9: vec4f;
var<private> score10: vec4f;
var<private> score11: vec4f;
var<private> score12: vec4f;
var<private> score13: vec4f;
var<private> score14: vec4f;
var<private> score15: vec4f;

var<private> query_bases: vec4u; // where the thread's queries begin
#if SUBGROUPS
var<private> key_bases: vec4u; // … and the keys that this lane loads
var<private> value_bases: vec4u;
#else
var<private> block_head: Head;
var<private> block_key: u32;
#endif

// Zeros past the last key: its weight is zero too, but zero times infinity is NaN.
fn value_at(base: u32, key: u32, d: u32) -> vec4f {
  return select(vec4f(0), v_at(base, d), key < params.keys);
}

#if LANES_8
// Whether each of eight keys takes part.
fn eight_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 2> {
  let own = u32(visible(head, key + lane));
  return array(
    vec4u(subgroupBroadcast(own, 0), subgroupBroadcast(own, 1), subgroupBroadcast(own, 2), subgroupBroadcast(own, 3)) != vec4u(0),
    vec4u(subgroupBroadcast(own, 4), subgroupBroadcast(own, 5), subgroupBroadcast(own, 6), subgroupBroadcast(own, 7)) != vec4u(0),
  );
}

fn block_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 4> {
  let lower = eight_visible(lane, head, key);
  let upper = eight_visible(lane, head, key + 8);
  return array(lower[0], lower[1], upper[0], upper[1]);
}

fn begin_block(lane: u32, head: Head, key: u32) {
  let rows = min(key + lane + vec4u(0, 8, 0, 8), vec4u(params.keys - 1));
  key_bases = vec4u(k_base(head, rows.x), k_base(head, rows.y), 0, 0);
  value_bases = vec4u(v_base(head, rows.x), v_base(head, rows.y), 0, 0);
}

// Adds four dimensions to the scores.
fn add_scores(d: u32) {
  let own = mat4x4f(q_at(query_bases.x, d), q_at(query_bases.y, d), q_at(query_bases.z, d), q_at(query_bases.w, d));
  let a = k_at(key_bases.x, d);
  let b = k_at(key_bases.y, d);
  score0 += subgroupBroadcast(a, 0) * own;
  score1 += subgroupBroadcast(a, 1) * own;
  score2 += subgroupBroadcast(a, 2) * own;
  score3 += subgroupBroadcast(a, 3) * own;
  score4 += subgroupBroadcast(a, 4) * own;
  score5 += subgroupBroadcast(a, 5) * own;
  score6 += subgroupBroadcast(a, 6) * own;
  score7 += subgroupBroadcast(a, 7) * own;
  score8 += subgroupBroadcast(b, 0) * own;
  score9 += subgroupBroadcast(b, 1) * own;
  score10 += subgroupBroadcast(b, 2) * own;
  score11 += subgroupBroadcast(b, 3) * own;
  score12 += subgroupBroadcast(b, 4) * own;
  score13 += subgroupBroadcast(b, 5) * own;
  score14 += subgroupBroadcast(b, 6) * own;
  score15 += subgroupBroadcast(b, 7) * own;
}

fn lower_four(row: vec4f) -> mat4x4f {
  return transpose(mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3)));
}

fn upper_four(row: vec4f) -> mat4x4f {
  return transpose(mat4x4f(subgroupBroadcast(row, 4), subgroupBroadcast(row, 5), subgroupBroadcast(row, 6), subgroupBroadcast(row, 7)));
}

// sum + p·v, of four dimensions of the block's values.
fn add_values(lane: u32, key: u32, d: u32, sum: mat4x4f, p: array<mat4x4f, 4>) -> mat4x4f {
  let a = value_at(value_bases.x, key + lane, d);
  let b = value_at(value_bases.y, key + 8 + lane, d);
  return sum + p[0] * lower_four(a) + p[1] * upper_four(a) + p[2] * lower_four(b) + p[3] * upper_four(b);
}
#elif LANES_4
fn four_visible(lane: u32, head: Head, key: u32) -> vec4<bool> {
  let own = u32(visible(head, key + lane));
  return vec4u(subgroupBroadcast(own, 0), subgroupBroadcast(own, 1), subgroupBroadcast(own, 2), subgroupBroadcast(own, 3)) != vec4u(0);
}

fn block_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 4> {
  return array(
    four_visible(lane, head, key),
    four_visible(lane, head, key + 4),
    four_visible(lane, head, key + 8),
    four_visible(lane, head, key + 12),
  );
}

fn begin_block(lane: u32, head: Head, key: u32) {
  let rows = min(key + lane + vec4u(0, 4, 8, 12), vec4u(params.keys - 1));
  key_bases = vec4u(k_base(head, rows.x), k_base(head, rows.y), k_base(head, rows.z), k_base(head, rows.w));
  value_bases = vec4u(v_base(head, rows.x), v_base(head, rows.y), v_base(head, rows.z), v_base(head, rows.w));
}

fn add_scores(d: u32) {
  let own = mat4x4f(q_at(query_bases.x, d), q_at(query_bases.y, d), q_at(query_bases.z, d), q_at(query_bases.w, d));
  let a = k_at(key_bases.x, d);
  let b = k_at(key_bases.y, d);
  let c = k_at(key_bases.z, d);
  let e = k_at(key_bases.w, d);
  score0 += subgroupBroadcast(a, 0) * own;
  score1 += subgroupBroadcast(a, 1) * own;
  score2 += subgroupBroadcast(a, 2) * own;
  score3 += subgroupBroadcast(a, 3) * own;
  score4 += subgroupBroadcast(b, 0) * own;
  score5 += subgroupBroadcast(b, 1) * own;
  score6 += subgroupBroadcast(b, 2) * own;
  score7 += subgroupBroadcast(b, 3) * own;
  score8 += subgroupBroadcast(c, 0) * own;
  score9 += subgroupBroadcast(c, 1) * own;
  score10 += subgroupBroadcast(c, 2) * own;
  score11 += subgroupBroadcast(c, 3) * own;
  score12 += subgroupBroadcast(e, 0) * own;
  score13 += subgroupBroadcast(e, 1) * own;
  score14 += subgroupBroadcast(e, 2) * own;
  score15 += subgroupBroadcast(e, 3) * own;
}

fn four_of(row: vec4f) -> mat4x4f {
  return transpose(mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3)));
}

fn add_values(lane: u32, key: u32, d: u32, sum: mat4x4f, p: array<mat4x4f, 4>) -> mat4x4f {
  let a = value_at(value_bases.x, key + lane, d);
  let b = value_at(value_bases.y, key + 4 + lane, d);
  let c = value_at(value_bases.z, key + 8 + lane, d);
  let e = value_at(value_bases.w, key + 12 + lane, d);
  return sum + p[0] * four_of(a) + p[1] * four_of(b) + p[2] * four_of(c) + p[3] * four_of(e);
}
#else
fn four_visible(head: Head, key: u32) -> vec4<bool> {
  return vec4<bool>(visible(head, key), visible(head, key + 1), visible(head, key + 2), visible(head, key + 3));
}

fn block_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 4> {
  return array(
    four_visible(head, key),
    four_visible(head, key + 4),
    four_visible(head, key + 8),
    four_visible(head, key + 12),
  );
}

fn begin_block(lane: u32, head: Head, key: u32) {
  block_head = head;
  block_key = key;
}

fn key_at(i: u32, d: u32) -> vec4f {
  return load_k(block_head, min(block_key + i, params.keys - 1), d);
}

fn add_scores(d: u32) {
  let own = mat4x4f(q_at(query_bases.x, d), q_at(query_bases.y, d), q_at(query_bases.z, d), q_at(query_bases.w, d));
  score0 += key_at(0, d) * own;
  score1 += key_at(1, d) * own;
  score2 += key_at(2, d) * own;
  score3 += key_at(3, d) * own;
  score4 += key_at(4, d) * own;
  score5 += key_at(5, d) * own;
  score6 += key_at(6, d) * own;
  score7 += key_at(7, d) * own;
  score8 += key_at(8, d) * own;
  score9 += key_at(9, d) * own;
  score10 += key_at(10, d) * own;
  score11 += key_at(11, d) * own;
  score12 += key_at(12, d) * own;
  score13 += key_at(13, d) * own;
  score14 += key_at(14, d) * own;
  score15 += key_at(15, d) * own;
}

fn value_row(key: u32, d: u32) -> vec4f {
  return value_at(v_base(block_head, min(key, params.keys - 1)), key, d);
}

fn four_values(key: u32, d: u32) -> mat4x4f {
  return transpose(mat4x4f(value_row(key, d), value_row(key + 1, d), value_row(key + 2, d), value_row(key + 3, d)));
}

fn add_values(lane: u32, key: u32, d: u32, sum: mat4x4f, p: array<mat4x4f, 4>) -> mat4x4f {
  return sum + p[0] * four_values(key, d) + p[1] * four_values(key + 4, d) + p[2] * four_values(key + 8, d) + p[3] * four_values(key + 12, d);
}
#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
#if SUBGROUPS
  @builtin(subgroup_invocation_id) lane: u32,
#else
  @builtin(local_invocation_index) lane: u32,
#endif
) {
  let group = workgroup.y * grid.x + workgroup.x;
  let tiles = (params.queries + 4 * WORKGROUP_SIZE - 1) / (4 * WORKGROUP_SIZE);
  let head = head_of(group, tiles);
  if (head.batch >= params.batch) {
    return;
  }
  let query = 4 * (group % tiles * WORKGROUP_SIZE + lane);
  let rows = min(query + vec4u(0, 1, 2, 3), vec4u(params.queries - 1));
  query_bases = vec4u(q_base(head, rows.x), q_base(head, rows.y), q_base(head, rows.z), q_base(head, rows.w));

  var o: array<mat4x4f, COLUMNS>; // [d/4], columns dimensions, rows queries
  var peak = vec4f(HIDDEN);
  var total = vec4f(0);
  for (var key = 0u; key < params.keys; key += BLOCK) {
    begin_block(lane, head, key);
    score0 = vec4f(0);
    score1 = vec4f(0);
    score2 = vec4f(0);
    score3 = vec4f(0);
    score4 = vec4f(0);
    score5 = vec4f(0);
    score6 = vec4f(0);
    score7 = vec4f(0);
    score8 = vec4f(0);
    score9 = vec4f(0);
    score10 = vec4f(0);
    score11 = vec4f(0);
    score12 = vec4f(0);
    score13 = vec4f(0);
    score14 = vec4f(0);
    score15 = vec4f(0);
    for (var d = 0u; d < params.head_dim; d += 4) {
      add_scores(d);
    }
    let seen = block_visible(lane, head, key);
    let s0 = hide(seen[0], mat4x4f(score0, score1, score2, score3));
    let s1 = hide(seen[1], mat4x4f(score4, score5, score6, score7));
    let s2 = hide(seen[2], mat4x4f(score8, score9, score10, score11));
    let s3 = hide(seen[3], mat4x4f(score12, score13, score14, score15));

    let before = peak;
    peak = max(peak, max(max(column_max(s0), column_max(s1)), max(column_max(s2), column_max(s3))));
    var p0 = weights(s0, peak);
    var p1 = weights(s1, peak);
    var p2 = weights(s2, peak);
    var p3 = weights(s3, peak);
    let decay = decay_of(before, peak);
    total = total * decay + (column_sum(p0) + column_sum(p1)) + (column_sum(p2) + column_sum(p3));
#if DROPOUT
    // Of the weights, not of their sum: what is dropped was normalised with the rest.
    p0 = times(p0, transpose(weights_mask(head, query, key)));
    p1 = times(p1, transpose(weights_mask(head, query, key + 4)));
    p2 = times(p2, transpose(weights_mask(head, query, key + 8)));
    p3 = times(p3, transpose(weights_mask(head, query, key + 12)));
#endif

    for (var d = 0u; d < params.head_dim; d += 4) {
      o[d / 4] = add_values(lane, key, d, scaled(o[d / 4], decay), array(p0, p1, p2, p3));
    }
  }

#if LSE
  store_lse(head, query, peak, total);
#endif
  let norm = reciprocal(total);
  for (var d = 0u; d < params.head_dim; d += 4) {
    let four = transpose(scaled(o[d / 4], norm));
    for (var i = 0u; i < 4 && query + i < params.queries; i++) {
      store_y(head, query + i, d, four[i]);
    }
  }
}

// Attention for software adapters, where workgroup memory is the slowest thing there is: none is used.
// A thread holds four queries and passes over the keys in blocks of 8: s += q·k, then o = o·decay + p·v, all in
// 4×4 matrices of queries × keys, queries × dimensions. A workgroup has one head and 4·WORKGROUP_SIZE queries.

override WORKGROUP_SIZE: u32 = 8;

// Vec4s of the accumulator: enough for D, and no more, since the compiler keeps them all in registers or on the stack.
#if HEAD_UP_TO_32
const COLUMNS = 8;
#elif HEAD_UP_TO_64
const COLUMNS = 16;
#else
const COLUMNS = 32;
#endif
const BLOCK = 8u;

var<private> lane: u32;

#if LANES_8
// Row `lane` of those that the lanes hold becomes a column of what each lane gets.
fn lower_four(row: vec4f) -> mat4x4f {
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}

fn upper_four(row: vec4f) -> mat4x4f {
  return mat4x4f(subgroupBroadcast(row, 4), subgroupBroadcast(row, 5), subgroupBroadcast(row, 6), subgroupBroadcast(row, 7));
}
#elif LANES_4
fn four_keys(head: Head, key: u32, d: u32) -> mat4x4f {
  let row = load_k(head, min(key + lane, params.keys - 1), d);
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}

fn four_values(head: Head, key: u32, d: u32) -> mat4x4f {
  let row = value(head, key + lane, d);
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}
#else
fn four_keys(head: Head, key: u32, d: u32) -> mat4x4f {
  let last = params.keys - 1;
  return mat4x4f(
    load_k(head, min(key, last), d),
    load_k(head, min(key + 1, last), d),
    load_k(head, min(key + 2, last), d),
    load_k(head, min(key + 3, last), d),
  );
}

fn four_values(head: Head, key: u32, d: u32) -> mat4x4f {
  return mat4x4f(value(head, key, d), value(head, key + 1, d), value(head, key + 2, d), value(head, key + 3, d));
}
#endif

fn value(head: Head, key: u32, d: u32) -> vec4f {
  return select(vec4f(0), load_v(head, min(key, params.keys - 1), d), key < params.keys);
}

fn four_queries(head: Head, query: u32, d: u32) -> mat4x4f {
  let last = params.queries - 1;
  return transpose(mat4x4f(
    load_q(head, min(query, last), d),
    load_q(head, min(query + 1, last), d),
    load_q(head, min(query + 2, last), d),
    load_q(head, min(query + 3, last), d),
  ));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  lane = index;
  let group = workgroup.y * grid.x + workgroup.x;
  if (group >= params.groups) {
    return;
  }
  let tiles = (params.queries + 4 * WORKGROUP_SIZE - 1) / (4 * WORKGROUP_SIZE);
  let head = Head(group / tiles / params.heads, group / tiles % params.heads);
  let query = ((group % tiles) * WORKGROUP_SIZE + lane) * 4;

  var o: array<mat4x4f, COLUMNS>; // columns dimensions, rows queries
  let columns = (params.head_dim + 3) / 4;
  var peak = vec4f(HIDDEN);
  var total = vec4f(0);
  for (var key = 0u; key < params.keys; key += BLOCK) {
    var s0 = mat4x4f();
    var s1 = mat4x4f();
    for (var c = 0u; c < columns; c++) {
      let d = 4 * c;
      let q4 = four_queries(head, query, d) * params.scale;
#if LANES_8
      let near = load_k(head, min(key + lane, params.keys - 1), d);
      s0 += q4 * lower_four(near);
      s1 += q4 * upper_four(near);
#else
      s0 += q4 * four_keys(head, key, d);
      s1 += q4 * four_keys(head, key + 4, d);
#endif
    }
    s0 = hide(head, key, s0);
    s1 = hide(head, key + 4, s1);
    let before = peak;
    peak = max(peak, max(column_max(s0), column_max(s1)));
    s0 = weights(s0, peak);
    s1 = weights(s1, peak);
    let decay = exp2(before - peak);
    total = total * decay + column_sum(s0) + column_sum(s1);
    for (var c = 0u; c < (params.head_dim + 3) / 4; c++) {
      let d = 4 * c;
      var sum = scaled(o[c], decay);
#if LANES_8
      let near = value(head, key + lane, d);
      sum += s0 * transpose(lower_four(near));
      sum += s1 * transpose(upper_four(near));
#else
      sum += s0 * transpose(four_values(head, key, d));
      sum += s1 * transpose(four_values(head, key + 4, d));
#endif
      o[c] = sum;
    }
  }
  let norm = reciprocal(total);
  for (var c = 0u; c < columns; c++) {
    let rows = transpose(scaled(o[c], norm));
    for (var i = 0u; i < 4 && query + i < params.queries; i++) {
      store_y(head, query + i, 4 * c, rows[i]);
    }
  }
}

// Attention for software adapters, where a load costs ten multiply-adds or more and workgroup memory saves none.
// A thread holds four queries and passes over the keys eight at a time: s = q·k, then o = o·decay + p·v, in 4×4 matrices
// of queries by keys and of queries by dimensions. A workgroup has one head and 4·WORKGROUP_SIZE queries. Where the
// adapter has subgroups a workgroup is one, each lane loads another key, and lanes hand their keys round.

override WORKGROUP_SIZE: u32 = 8;

const BLOCK = 8u;

// The accumulator's size in vec4s is a constant, and compilers take time for each: enough for D and not much more.
#if HEAD_OVER_64
const COLUMNS = 32;
#elif HEAD_OVER_32
const COLUMNS = 16;
#else
const COLUMNS = 8;
#endif

// Four dimensions of eight keys, or of their values; a column is a key.
struct Eight {
  lower: mat4x4f,
  upper: mat4x4f,
}

fn key_row(head: Head, key: u32, d: u32) -> vec4f {
  return load_k(head, min(key, params.keys - 1), d);
}

// Zeros past the last key: its weight is zero too, but zero times infinity is NaN.
fn value_row(head: Head, key: u32, d: u32) -> vec4f {
  return select(vec4f(0), load_v(head, min(key, params.keys - 1), d), key < params.keys);
}

// Whether each of eight keys takes part.
#if LANES_8
fn eight_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 2> {
  let own = u32(visible(head, key + lane));
  return array(
    vec4u(subgroupBroadcast(own, 0), subgroupBroadcast(own, 1), subgroupBroadcast(own, 2), subgroupBroadcast(own, 3)) != vec4u(0),
    vec4u(subgroupBroadcast(own, 4), subgroupBroadcast(own, 5), subgroupBroadcast(own, 6), subgroupBroadcast(own, 7)) != vec4u(0),
  );
}
#elif LANES_4
fn four_visible(lane: u32, head: Head, key: u32) -> vec4<bool> {
  let own = u32(visible(head, key + lane));
  return vec4u(subgroupBroadcast(own, 0), subgroupBroadcast(own, 1), subgroupBroadcast(own, 2), subgroupBroadcast(own, 3)) != vec4u(0);
}

fn eight_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 2> {
  return array(four_visible(lane, head, key), four_visible(lane, head, key + 4));
}
#else
fn four_visible(head: Head, key: u32) -> vec4<bool> {
  return vec4<bool>(visible(head, key), visible(head, key + 1), visible(head, key + 2), visible(head, key + 3));
}

fn eight_visible(lane: u32, head: Head, key: u32) -> array<vec4<bool>, 2> {
  return array(four_visible(head, key), four_visible(head, key + 4));
}
#endif

#if LANES_8
fn eight_of(row: vec4f) -> Eight {
  return Eight(
    mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3)),
    mat4x4f(subgroupBroadcast(row, 4), subgroupBroadcast(row, 5), subgroupBroadcast(row, 6), subgroupBroadcast(row, 7)),
  );
}

fn eight_keys(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return eight_of(key_row(head, key + lane, d));
}

fn eight_values(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return eight_of(value_row(head, key + lane, d));
}
#elif LANES_4
fn four_of(row: vec4f) -> mat4x4f {
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}

fn eight_keys(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return Eight(four_of(key_row(head, key + lane, d)), four_of(key_row(head, key + 4 + lane, d)));
}

fn eight_values(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return Eight(four_of(value_row(head, key + lane, d)), four_of(value_row(head, key + 4 + lane, d)));
}
#else
fn four_keys(head: Head, key: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    key_row(head, key, d),
    key_row(head, key + 1, d),
    key_row(head, key + 2, d),
    key_row(head, key + 3, d),
  );
}

fn four_values(head: Head, key: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    value_row(head, key, d),
    value_row(head, key + 1, d),
    value_row(head, key + 2, d),
    value_row(head, key + 3, d),
  );
}

fn eight_keys(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return Eight(four_keys(head, key, d), four_keys(head, key + 4, d));
}

fn eight_values(lane: u32, head: Head, key: u32, d: u32) -> Eight {
  return Eight(four_values(head, key, d), four_values(head, key + 4, d));
}
#endif

// Four dimensions of four queries; a row is a query.
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

  var o: array<mat4x4f, COLUMNS>; // [d/4], columns dimensions, rows queries
  var peak = vec4f(HIDDEN);
  var total = vec4f(0);
  for (var key = 0u; key < params.keys; key += BLOCK) {
    var lower = mat4x4f();
    var upper = mat4x4f();
    for (var d = 0u; d < params.head_dim; d += 4) {
      let q4 = four_queries(head, query, d);
      let k8 = eight_keys(lane, head, key, d);
      lower += q4 * k8.lower;
      upper += q4 * k8.upper;
    }
    let seen = eight_visible(lane, head, key);
    lower = hide(seen[0], lower);
    upper = hide(seen[1], upper);

    let before = peak;
    peak = max(peak, max(column_max(lower), column_max(upper)));
    lower = weights(lower, peak);
    upper = weights(upper, peak);
    let decay = decay_of(before, peak);
    total = total * decay + column_sum(lower) + column_sum(upper);
#if DROPOUT
    // Of the weights, not of their sum: what is dropped was normalised with the rest.
    lower = times(lower, transpose(weights_mask(head, query, key)));
    upper = times(upper, transpose(weights_mask(head, query, key + 4)));
#endif

    for (var d = 0u; d < params.head_dim; d += 4) {
      let v8 = eight_values(lane, head, key, d);
      o[d / 4] = scaled(o[d / 4], decay) + lower * transpose(v8.lower) + upper * transpose(v8.upper);
    }
  }

#if LSE
  store_lse(head, query, peak, total);
#endif
  let norm = reciprocal(total);
  for (var d = 0u; d < params.head_dim; d += 4) {
    let rows = transpose(scaled(o[d / 4], norm));
    for (var i = 0u; i < 4 && query + i < params.queries; i++) {
      store_y(head, query + i, d, rows[i]);
    }
  }
}

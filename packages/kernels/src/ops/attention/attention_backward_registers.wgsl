// Attention's backward for software adapters; see attention_registers.wgsl. A thread owns four rows and has eight at a time pass by, for each
// of which it loads its own anew. Where the adapter has subgroups a workgroup is one, each lane loads another passing row, and lanes hand theirs
// round.

override WORKGROUP_SIZE: u32 = 8;

#if HEAD_OVER_64
const COLUMNS = 32;
#elif HEAD_OVER_32
const COLUMNS = 16;
#else
const COLUMNS = 8;
#endif

// Rows past the last are read as the last: their weight is 0.
fn own_row(row: u32) -> u32 {
  return min(row, own_count() - 1);
}

fn passing_row(row: u32) -> u32 {
  return min(row, passing_count() - 1);
}

// Four dimensions of four own rows; columns are dimensions.
fn own_a(head: Head, own: u32, d: u32) -> mat4x4f {
  return transpose(mat4x4f(
    load_own_a(head, own_row(own), d),
    load_own_a(head, own_row(own + 1), d),
    load_own_a(head, own_row(own + 2), d),
    load_own_a(head, own_row(own + 3), d),
  ));
}

fn own_b(head: Head, own: u32, d: u32) -> mat4x4f {
  return transpose(mat4x4f(
    load_own_b(head, own_row(own), d),
    load_own_b(head, own_row(own + 1), d),
    load_own_b(head, own_row(own + 2), d),
    load_own_b(head, own_row(own + 3), d),
  ));
}

// Four dimensions of eight passing rows; a column is a row.
struct Eight {
  lower: mat4x4f,
  upper: mat4x4f,
}

fn passing_a(head: Head, row: u32, d: u32) -> vec4f {
  return load_passing_a(head, passing_row(row), d);
}

fn passing_b(head: Head, row: u32, d: u32) -> vec4f {
  return load_passing_b(head, passing_row(row), d);
}

#if LANES_8
fn eight_of(row: vec4f) -> Eight {
  return Eight(
    mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3)),
    mat4x4f(subgroupBroadcast(row, 4), subgroupBroadcast(row, 5), subgroupBroadcast(row, 6), subgroupBroadcast(row, 7)),
  );
}

fn eight_a(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return eight_of(passing_a(head, passing + lane, d));
}

fn eight_b(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return eight_of(passing_b(head, passing + lane, d));
}
#elif LANES_4
fn four_of(row: vec4f) -> mat4x4f {
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}

fn eight_a(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return Eight(four_of(passing_a(head, passing + lane, d)), four_of(passing_a(head, passing + 4 + lane, d)));
}

fn eight_b(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return Eight(four_of(passing_b(head, passing + lane, d)), four_of(passing_b(head, passing + 4 + lane, d)));
}
#else
fn four_a(head: Head, passing: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    passing_a(head, passing, d),
    passing_a(head, passing + 1, d),
    passing_a(head, passing + 2, d),
    passing_a(head, passing + 3, d),
  );
}

fn eight_a(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return Eight(four_a(head, passing, d), four_a(head, passing + 4, d));
}

fn four_b(head: Head, passing: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    passing_b(head, passing, d),
    passing_b(head, passing + 1, d),
    passing_b(head, passing + 2, d),
    passing_b(head, passing + 3, d),
  );
}

fn eight_b(lane: u32, head: Head, passing: u32, d: u32) -> Eight {
  return Eight(four_b(head, passing, d), four_b(head, passing + 4, d));
}
#endif

// The weights of the pairs of four own rows with four passing ones.
fn weighted(head: Head, own: u32, weighing: Own, passing: u32, s: mat4x4f, dp: mat4x4f) -> Pair {
#if DROPOUT
  let mask = mask_of(head, own, passing);
  let pair = pair_of(head, weighing, passing, s, times(dp, mask));
  return Pair(times(pair.p, mask), pair.ds);
#else
  return pair_of(head, weighing, passing, s, dp);
#endif
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
  let tiles = (own_count() + 4 * WORKGROUP_SIZE - 1) / (4 * WORKGROUP_SIZE);
  let head = head_of(group, tiles);
  if (head.batch >= params.batch) {
    return;
  }
  let own = 4 * (group % tiles * WORKGROUP_SIZE + lane);
  let weighing = own_of(head, own);

  var da: array<mat4x4f, COLUMNS>; // [d/4], columns dimensions, rows own
#if KEYS
  var db: array<mat4x4f, COLUMNS>;
#endif
  for (var passing = 0u; passing < passing_count(); passing += 8) {
    var s = Eight();
    var dp = Eight();
    for (var d = 0u; d < params.head_dim; d += 4) {
      let a = own_a(head, own, d);
      let a8 = eight_a(lane, head, passing, d);
      s.lower += a * a8.lower;
      s.upper += a * a8.upper;
      let b = own_b(head, own, d);
      let b8 = eight_b(lane, head, passing, d);
      dp.lower += b * b8.lower;
      dp.upper += b * b8.upper;
    }
    let lower = weighted(head, own, weighing, passing, s.lower, dp.lower);
    let upper = weighted(head, own, weighing, passing + 4, s.upper, dp.upper);
    for (var d = 0u; d < params.head_dim; d += 4) {
      let a8 = eight_a(lane, head, passing, d);
      da[d / 4] += lower.ds * transpose(a8.lower) + upper.ds * transpose(a8.upper);
#if KEYS
      let b8 = eight_b(lane, head, passing, d);
      db[d / 4] += lower.p * transpose(b8.lower) + upper.p * transpose(b8.upper);
#endif
    }
  }

  for (var d = 0u; d < params.head_dim; d += 4) {
    store_da(head, own, d, da[d / 4]);
#if KEYS
    store_db(head, own, d, db[d / 4]);
#endif
  }
}

// Attention's backward for software adapters; see attention_registers.wgsl. A thread owns four rows and has four at a time pass by. Where the
// adapter has subgroups a workgroup is one, each lane loads another passing row, and lanes hand theirs round.

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

// Four dimensions of four passing rows; columns are rows.
#if SUBGROUPS
fn four_of(row: vec4f) -> mat4x4f {
  return mat4x4f(subgroupBroadcast(row, 0), subgroupBroadcast(row, 1), subgroupBroadcast(row, 2), subgroupBroadcast(row, 3));
}

fn passing_a(lane: u32, head: Head, passing: u32, d: u32) -> mat4x4f {
  return four_of(load_passing_a(head, passing_row(passing + lane % 4), d));
}

fn passing_b(lane: u32, head: Head, passing: u32, d: u32) -> mat4x4f {
  return four_of(load_passing_b(head, passing_row(passing + lane % 4), d));
}
#else
fn passing_a(lane: u32, head: Head, passing: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    load_passing_a(head, passing_row(passing), d),
    load_passing_a(head, passing_row(passing + 1), d),
    load_passing_a(head, passing_row(passing + 2), d),
    load_passing_a(head, passing_row(passing + 3), d),
  );
}

fn passing_b(lane: u32, head: Head, passing: u32, d: u32) -> mat4x4f {
  return mat4x4f(
    load_passing_b(head, passing_row(passing), d),
    load_passing_b(head, passing_row(passing + 1), d),
    load_passing_b(head, passing_row(passing + 2), d),
    load_passing_b(head, passing_row(passing + 3), d),
  );
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
  for (var passing = 0u; passing < passing_count(); passing += 4) {
    var s = mat4x4f();
    var dp = mat4x4f();
    for (var d = 0u; d < params.head_dim; d += 4) {
      s += own_a(head, own, d) * passing_a(lane, head, passing, d);
      dp += own_b(head, own, d) * passing_b(lane, head, passing, d);
    }
#if DROPOUT
    let mask = mask_of(head, own, passing);
    var pair = pair_of(head, weighing, passing, s, times(dp, mask));
    pair.p = times(pair.p, mask);
#else
    let pair = pair_of(head, weighing, passing, s, dp);
#endif
    for (var d = 0u; d < params.head_dim; d += 4) {
      da[d / 4] += pair.ds * transpose(passing_a(lane, head, passing, d));
#if KEYS
      db[d / 4] += pair.p * transpose(passing_b(lane, head, passing, d));
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

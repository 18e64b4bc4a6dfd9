// Attention's backward for GPUs; see attention_tiles.wgsl, whose tiles and grid these are. A workgroup owns 32 rows of one head, and tiles of 32
// pass by. Thread (r, c) holds the pairs of own rows 4r… with passing rows 4c…, and the sums of own rows 4r… by dimensions 4c….

// Chunks of 32 dimensions.
#if HEAD_OVER_64
const CHUNKS = 4u;
#elif HEAD_OVER_32
const CHUNKS = 2u;
#else
const CHUNKS = 1u;
#endif

fn stage_row(lane: u32, i: u32) -> u32 {
  return lane / 8 % 8 + i % 4 * 8;
}

fn own_slot(lane: u32, row: u32) -> u32 {
  return (row % 4 * 8 + row / 4) * ROW + lane % 8;
}

fn stage_a(lane: u32, head: Head, own: u32, passing: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = stage_row(lane, i);
    let is_there = d < params.head_dim && own + row < own_count();
    qp_tile[own_slot(lane, row)] = select(vec4f(0), load_own_a(head, own + row, d), is_there);
  }
  stage_passing_a(lane, head, passing, d0);
}

fn stage_b(lane: u32, head: Head, own: u32, passing: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = stage_row(lane, i);
    let is_there = d < params.head_dim && own + row < own_count();
    qp_tile[own_slot(lane, row)] = select(vec4f(0), load_own_b(head, own + row, d), is_there);
  }
  stage_passing_b(lane, head, passing, d0);
}

fn stage_passing_a(lane: u32, head: Head, passing: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = stage_row(lane, i);
    let is_there = d < params.head_dim && passing + row < passing_count();
    kv_tile[row * ROW + lane % 8] = select(vec4f(0), load_passing_a(head, passing + row, d), is_there);
  }
}

fn stage_passing_b(lane: u32, head: Head, passing: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = stage_row(lane, i);
    let is_there = d < params.head_dim && passing + row < passing_count();
    kv_tile[row * ROW + lane % 8] = select(vec4f(0), load_passing_b(head, passing + row, d), is_there);
  }
}

fn stage_weights(r: u32, c: u32, weights: mat4x4f) {
  for (var i = 0u; i < 4; i++) {
    qp_tile[(4 * c + i) * ROW + r] = weights[i];
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
  let tiles = (own_count() + TILE - 1) / TILE;
  let head = head_of(group, tiles);
  if (head.batch >= params.batch) {
    return;
  }
  let own = group % tiles * TILE;
  let r = lane % 8;
  let c = lane / 8;
  let weighing = own_of(head, own + 4 * r);

  // Of each 32 dimensions; an array of constant size, indexed by unrolled loops, is registers.
  var da: array<mat4x4f, CHUNKS>;
#if KEYS
  var db: array<mat4x4f, CHUNKS>;
#endif
  for (var passing = 0u; passing < passing_count(); passing += TILE) {
    var s = mat4x4f();
    var dp = mat4x4f();
    for (var d0 = 0u; d0 < params.head_dim; d0 += 32) {
      workgroupBarrier();
      stage_a(lane, head, own, passing, d0);
      workgroupBarrier();
      s = add_scores(lane, params.head_dim - d0, s);
      workgroupBarrier();
      stage_b(lane, head, own, passing, d0);
      workgroupBarrier();
      dp = add_scores(lane, params.head_dim - d0, dp);
    }
#if DROPOUT
    let mask = mask_of(head, own + 4 * r, passing + 4 * c);
    var pair = pair_of(head, weighing, passing + 4 * c, s, times(dp, mask));
    pair.p = times(pair.p, mask);
#else
    let pair = pair_of(head, weighing, passing + 4 * c, s, dp);
#endif
    let left = passing_count() - passing;
#if KEYS
    workgroupBarrier();
    stage_weights(r, c, pair.p);
    for (var i = 0u; i < CHUNKS; i++) {
      workgroupBarrier();
      stage_passing_b(lane, head, passing, 32 * i);
      workgroupBarrier();
      db[i] = add_values(lane, left, db[i]);
    }
#endif
    workgroupBarrier();
    stage_weights(r, c, pair.ds);
    for (var i = 0u; i < CHUNKS; i++) {
      workgroupBarrier();
      stage_passing_a(lane, head, passing, 32 * i);
      workgroupBarrier();
      da[i] = add_values(lane, left, da[i]);
    }
  }

  for (var i = 0u; i < CHUNKS; i++) {
    let d = 32 * i + 4 * c;
    if (d < params.head_dim) {
      store_da(head, own + 4 * r, d, da[i]);
#if KEYS
      store_db(head, own + 4 * r, d, db[i]);
#endif
    }
  }
}

// Attention for GPUs: a workgroup has one head and 32 queries, and passes over the keys in tiles of 32.
// Its 64 threads form an 8×8 grid. Thread (r, c) holds the scores of queries 4r… with keys 4c…, and of each 32
// dimensions the accumulators of queries 4r… by dimensions 4c…, as 4×4 matrices in registers: each 8 vec4s read from
// workgroup memory feed 64 multiply-adds. q, k and v are staged 32 dimensions at a time, which keeps workgroup memory
// under the portable 16 KiB for every D.

var<workgroup> partial: array<vec4f, 64>;         // [c, r], what a thread knows of its queries' maxima or sums

fn stage_q(lane: u32, head: Head, first: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = lane / 8 % 8 + i % 4 * 8;
    let is_there = d < params.head_dim && first + row < params.queries;
    qp_tile[(row % 4 * 8 + row / 4) * ROW + lane % 8] = select(vec4f(0), load_q(head, first + row, d), is_there);
  }
}

fn stage_k(lane: u32, head: Head, first: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = lane / 8 % 8 + i % 4 * 8;
    let is_there = d < params.head_dim && first + row < params.keys;
    kv_tile[row * ROW + lane % 8] = select(vec4f(0), load_k(head, first + row, d), is_there);
  }
}

fn stage_v(lane: u32, head: Head, first: u32, d0: u32) {
  let d = d0 + 4 * (lane % 8);
  for (var i = 0u; i < stage_loads(); i++) {
    let row = lane / 8 % 8 + i % 4 * 8;
    let is_there = d < params.head_dim && first + row < params.keys;
    kv_tile[row * ROW + lane % 8] = select(vec4f(0), load_v(head, first + row, d), is_there);
  }
}

fn store(head: Head, query: u32, d: u32, o: mat4x4f) {
  if (d >= params.head_dim) {
    return;
  }
  let rows = transpose(o);
  if (query < params.queries) {
    store_y(head, query, d, rows[0]);
  }
  if (query + 1 < params.queries) {
    store_y(head, query + 1, d, rows[1]);
  }
  if (query + 2 < params.queries) {
    store_y(head, query + 2, d, rows[2]);
  }
  if (query + 3 < params.queries) {
    store_y(head, query + 3, d, rows[3]);
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
  let tiles = (params.queries + TILE - 1) / TILE;
  let head = head_of(group, tiles);
  if (head.batch >= params.batch) {
    return;
  }
  let query = group % tiles * TILE;
  let r = lane % 8;
  let c = lane / 8;

  var o0 = mat4x4f(); // columns dimensions 4c…, rows queries 4r…
#if HEAD_OVER_32
  var o1 = mat4x4f();
#endif
#if HEAD_OVER_64
  var o2 = mat4x4f();
  var o3 = mat4x4f();
#endif
  var peak = vec4f(HIDDEN);
  var total = vec4f(0); // over this thread's keys only
  for (var key = 0u; key < params.keys; key += TILE) {
    var s = mat4x4f();
    for (var d0 = 0u; d0 < params.head_dim; d0 += 32) {
      workgroupBarrier();
      stage_q(lane, head, query, d0);
      stage_k(lane, head, key, d0);
      workgroupBarrier();
      s = add_scores(lane, params.head_dim - d0, s);
    }
    let first = key + 4 * c;
    let seen = vec4<bool>(visible(head, first), visible(head, first + 1), visible(head, first + 2), visible(head, first + 3));
    s = hide(seen, s);

    partial[8 * c + r] = column_max(s);
    workgroupBarrier();
    let before = peak;
    for (var i = 0u; i < 8; i++) {
      peak = max(peak, partial[8 * i + r]);
    }
    var p = weights(s, peak);
    let decay = decay_of(before, peak);
    total = total * decay + column_sum(p);
#if DROPOUT
    // Of the weights, not of their sum: what is dropped was normalised with the rest.
    p = times(p, transpose(weights_mask(head, query + 4 * r, first)));
#endif
    for (var i = 0u; i < 4; i++) {
      qp_tile[(4 * c + i) * ROW + r] = p[i];
    }

    stage_v(lane, head, key, 0);
    workgroupBarrier();
    o0 = add_values(lane, params.keys - key, scaled(o0, decay));
#if HEAD_OVER_32
    workgroupBarrier();
    stage_v(lane, head, key, 32);
    workgroupBarrier();
    o1 = add_values(lane, params.keys - key, scaled(o1, decay));
#endif
#if HEAD_OVER_64
    workgroupBarrier();
    stage_v(lane, head, key, 64);
    workgroupBarrier();
    o2 = add_values(lane, params.keys - key, scaled(o2, decay));
    workgroupBarrier();
    stage_v(lane, head, key, 96);
    workgroupBarrier();
    o3 = add_values(lane, params.keys - key, scaled(o3, decay));
#endif
  }

  workgroupBarrier();
  partial[8 * c + r] = total;
  workgroupBarrier();
  var sum = vec4f(0);
  for (var i = 0u; i < 8; i++) {
    sum += partial[8 * i + r];
  }
#if LSE
  if (c == 0) {
    store_lse(head, query + 4 * r, peak, sum);
  }
#endif
  let norm = reciprocal(sum);
  store(head, query + 4 * r, 4 * c, scaled(o0, norm));
#if HEAD_OVER_32
  store(head, query + 4 * r, 4 * c + 32, scaled(o1, norm));
#endif
#if HEAD_OVER_64
  store(head, query + 4 * r, 4 * c + 64, scaled(o2, norm));
  store(head, query + 4 * r, 4 * c + 96, scaled(o3, norm));
#endif
}

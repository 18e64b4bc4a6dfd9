// Which threads work on which row, and reductions over the threads of one row. Appended to kernels that reduce over the
// last axis; row_reduction.ts chooses flags and overrides. LANES threads share a row; each reads elements lane,
// lane + LANES, … of it:
//   WORKGROUP  a workgroup a row, partial results go through workgroup memory
//   SUBGROUP   a workgroup of just one subgroup a row
//   neither    a thread a row
// row_sum() and row_max() are called by all threads of a row together.

override WORKGROUP_SIZE: u32 = 64;

fn row_index(group: u32, thread: u32) -> u32 {
#if WORKGROUP
  return group;
#elif SUBGROUP
  return group;
#else
  return group * WORKGROUP_SIZE + thread;
#endif
}

fn row_lane(thread: u32) -> u32 {
#if WORKGROUP
  return thread;
#elif SUBGROUP
  return thread;
#else
  return 0u;
#endif
}

#if WORKGROUP
const MAX_WORKGROUP_SIZE = 256;
override LANES: u32 = WORKGROUP_SIZE;
var<workgroup> partial: array<f32, MAX_WORKGROUP_SIZE>;

fn row_sum(value: f32, lane: u32) -> f32 {
  partial[lane] = value;
  for (var half = LANES / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) {
      partial[lane] += partial[lane + half];
    }
  }
  return workgroupUniformLoad(&partial[0]);
}

fn row_max(value: f32, lane: u32) -> f32 {
  partial[lane] = value;
  for (var half = LANES / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) {
      partial[lane] = max(partial[lane], partial[lane + half]);
    }
  }
  return workgroupUniformLoad(&partial[0]);
}
#elif SUBGROUP
override LANES: u32 = WORKGROUP_SIZE;

fn row_sum(value: f32, lane: u32) -> f32 {
  return subgroupAdd(value);
}

fn row_max(value: f32, lane: u32) -> f32 {
  return subgroupMax(value);
}
#else
const LANES = 1u;

fn row_sum(value: f32, lane: u32) -> f32 {
  return value;
}

fn row_max(value: f32, lane: u32) -> f32 {
  return value;
}
#endif

// Reads and writes one word of each cache line of a buffer larger than the caches: whatever was in them is gone then.
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<uniform> words: u32;

override WORKGROUP_SIZE: u32;
override LINE_WORDS: u32;
override LINES_A_THREAD: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let first = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE * LINES_A_THREAD + thread;
  for (var j = 0u; j < LINES_A_THREAD; j++) {
    let i = (first + j * WORKGROUP_SIZE) * LINE_WORDS;
    if (i < words) {
      y[i] += 1;
    }
  }
}

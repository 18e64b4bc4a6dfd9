// Sums of columns, over each slice of the rows by itself. A workgroup has COLUMNS columns (quads of them with VEC4) of one slice; with
// SHARED, SHARES threads take turns with a column's rows and their sums meet in workgroup memory. The order of the sums is fixed.

struct Params {
  rows: u32,
  width: u32,  // columns of x, or quads of them
  stride: u32, // from one row of x to the next, in the same
  slices: u32,
  slice_rows: u32,
}

#if VEC4
alias Element = vec4f;
#else
alias Element = f32;
#endif

@group(0) @binding(0) var<storage, read> x: array<Element>;       // rows of `stride`
@group(0) @binding(1) var<storage, read_write> y: array<Element>; // [slices, width]
@group(0) @binding(2) var<uniform> params: Params;

override COLUMNS: u32 = 32;
override SHARES: u32 = 8;

#if SHARED
const MAX_WORKGROUP_SIZE = 256;
var<workgroup> sums: array<Element, MAX_WORKGROUP_SIZE>;
#endif

@compute @workgroup_size(COLUMNS, SHARES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
) {
  let blocks = (params.width + COLUMNS - 1) / COLUMNS;
  let group = workgroup.y * grid.x + workgroup.x;
  let slice = group / blocks;
  if (slice >= params.slices) {
    return;
  }
  let column = group % blocks * COLUMNS + thread.x;
  var sum = Element();
  if (column < params.width) {
    let end = min((slice + 1) * params.slice_rows, params.rows);
    for (var row = slice * params.slice_rows + thread.y; row < end; row += SHARES) {
      sum += x[row * params.stride + column];
    }
  }
#if SHARED
  sums[thread.y * COLUMNS + thread.x] = sum;
  workgroupBarrier();
  if (thread.y > 0) {
    return;
  }
  for (var share = 1u; share < SHARES; share++) {
    sum += sums[share * COLUMNS + thread.x];
  }
#endif
  if (column < params.width) {
    y[slice * params.width + column] = sum;
  }
}

// Backward of layer normalisation for its parameters: dweight = sum over rows of dy * normalised, dbias = sum over rows of dy.
// A workgroup has COLUMNS columns of Elements; SLICES threads share a column, each every SLICES-th row, and their sums meet in
// workgroup memory in the order of the slices: the same bits every time.

struct Params {
  rows: u32,
  width: u32, // in Elements
}

#if VEC4
alias Elements = vec4f;
#else
alias Elements = f32;
#endif

@group(0) @binding(0) var<storage, read> dy: array<Elements>;            // [rows, width]
@group(0) @binding(1) var<storage, read> x: array<Elements>;             // [rows, width]
#if RESIDUAL
@group(0) @binding(2) var<storage, read> residual: array<Elements>;      // [rows, width]
#endif
@group(0) @binding(3) var<storage, read> statistics: array<vec2f>;       // [rows]: mean less the row's first element, rstd
@group(0) @binding(4) var<storage, read_write> dweight: array<Elements>; // [width]
@group(0) @binding(5) var<storage, read_write> dbias: array<Elements>;   // [width]
@group(0) @binding(6) var<uniform> params: Params;

override COLUMNS: u32;
override SLICES: u32;

#if SLICED
const MAX_WORKGROUP_SIZE = 128;
var<workgroup> weight_sums: array<Elements, MAX_WORKGROUP_SIZE>;
var<workgroup> bias_sums: array<Elements, MAX_WORKGROUP_SIZE>;
#endif

@compute @workgroup_size(COLUMNS, SLICES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let column = workgroup.x * COLUMNS + thread.x;
  var weight_sum = Elements();
  var bias_sum = Elements();
  if (column < params.width) {
    for (var row = thread.y; row < params.rows; row += SLICES) {
      let start = row * params.width;
      let gradient = dy[start + column];
      let row_statistics = statistics[row];
      let n = normalised(start + column, origin_of(start), row_statistics.x, row_statistics.y);
      weight_sum += gradient * n;
      bias_sum += gradient;
    }
  }
#if SLICED
  weight_sums[thread.y * COLUMNS + thread.x] = weight_sum;
  bias_sums[thread.y * COLUMNS + thread.x] = bias_sum;
  workgroupBarrier();
  if (thread.y > 0) {
    return;
  }
  for (var slice = 1u; slice < SLICES; slice++) {
    weight_sum += weight_sums[slice * COLUMNS + thread.x];
    bias_sum += bias_sums[slice * COLUMNS + thread.x];
  }
#endif
  if (column < params.width) {
    dweight[column] = weight_sum;
    dbias[column] = bias_sum;
  }
}

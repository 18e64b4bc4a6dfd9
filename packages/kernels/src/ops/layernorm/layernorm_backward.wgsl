#if SUBGROUP
enable subgroups;
#endif
// Backward of layer normalisation for its input: dx = rstd * (g - mean(g) - n * mean(g * n)) with g = dy * weight and n the
// normalised row, worked out again from the forward's statistics. It is the gradient of x and of the residual alike. Under SKIP the
// gradient that came past the norm is added.

struct Params {
  rows: u32,
  width: u32,   // in Elements
  scale: f32,   // 1 / width, in numbers
}

#if VEC4
alias Elements = vec4f;
#else
alias Elements = f32;
#endif

@group(0) @binding(0) var<storage, read> dy: array<Elements>;        // [rows, width]
@group(0) @binding(1) var<storage, read> x: array<Elements>;         // [rows, width]
#if RESIDUAL
@group(0) @binding(2) var<storage, read> residual: array<Elements>;  // [rows, width]
#endif
@group(0) @binding(3) var<storage, read> weight: array<Elements>;    // [width]
@group(0) @binding(4) var<storage, read> statistics: array<vec2f>;   // [rows]: mean less the row's first element, rstd
@group(0) @binding(5) var<storage, read_write> dx: array<Elements>;  // [rows, width]
#if SKIP
@group(0) @binding(6) var<storage, read> dskip: array<Elements>;     // [rows, width]
#endif
@group(0) @binding(7) var<uniform> params: Params;

fn sum_of(v: Elements) -> f32 {
#if VEC4
  return (v.x + v.y) + (v.z + v.w);
#else
  return v;
#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = row_index(workgroup.y * grid.x + workgroup.x, thread);
  if (row >= params.rows) {
    return;
  }
  let lane = row_lane(thread);
  let start = row * params.width;
  let origin = origin_of(start);
  let mean = statistics[row].x;
  let rstd = statistics[row].y;

  var sum = Elements();
  var products = Elements();
  for (var i = lane; i < params.width; i += LANES) {
    let g = dy[start + i] * weight[i];
    sum += g;
    products += g * normalised(start + i, origin, mean, rstd);
  }
  let mean_g = row_sum(sum_of(sum), lane) * params.scale;
  let mean_product = row_sum(sum_of(products), lane) * params.scale;

  for (var i = lane; i < params.width; i += LANES) {
    let n = normalised(start + i, origin, mean, rstd);
    let g = rstd * (dy[start + i] * weight[i] - mean_g - n * mean_product);
#if SKIP
    dx[start + i] = g + dskip[start + i];
#else
    dx[start + i] = g;
#endif
  }
}

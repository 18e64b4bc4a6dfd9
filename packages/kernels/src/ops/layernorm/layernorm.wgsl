#if SUBGROUP
enable subgroups;
#endif
// Layer normalisation over the last axis: y = (v - mean) * rstd * weight + bias, v = x or x + residual.
//
// Sums are taken of each element less the row's first: a mean far larger than the deviations, and that mean rounded to
// f32, would otherwise cost the digits that matter. The second pass corrects the mean by what rounding left of it (the
// corrected two-pass algorithm of Chan, Golub and LeVeque, 1983), for rows whose first element is the outlier.

struct Params {
  rows: u32,
  width: u32,
  eps: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;        // [rows, width]
@group(0) @binding(1) var<storage, read> weight: array<f32>;   // [width]
@group(0) @binding(2) var<storage, read> bias: array<f32>;     // [width]
#if RESIDUAL
@group(0) @binding(3) var<storage, read> residual: array<f32>; // [rows, width]
#endif
@group(0) @binding(4) var<storage, read_write> y: array<f32>;  // [rows, width]
#if STATISTICS
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>; // [rows]: mean less the row's first element, rstd
#endif
@group(0) @binding(6) var<uniform> params: Params;

// The two terms of element i: x and the residual.
fn load(i: u32) -> vec2f {
#if RESIDUAL
  return vec2f(x[i], residual[i]);
#else
  return vec2f(x[i], 0.0);
#endif
}

fn distance_from(origin: vec2f, i: u32) -> f32 {
  let distance = load(i) - origin;
  return distance.x + distance.y;
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
  let origin = load(start);
  let scale = 1.0 / f32(params.width);

  var sum = 0.0;
  for (var i = lane; i < params.width; i += LANES) {
    sum += distance_from(origin, start + i);
  }
  let rough_mean = row_sum(sum, lane) * scale;

  var rest = 0.0;
  var squares = 0.0;
  for (var i = lane; i < params.width; i += LANES) {
    let deviation = distance_from(origin, start + i) - rough_mean;
    rest += deviation;
    squares += deviation * deviation;
  }
  let correction = row_sum(rest, lane) * scale;
  let mean = rough_mean + correction;
  let rstd = inverseSqrt(row_sum(squares, lane) * scale - correction * correction + params.eps);

  for (var i = lane; i < params.width; i += LANES) {
    y[start + i] = (distance_from(origin, start + i) - mean) * rstd * weight[i] + bias[i];
  }
#if STATISTICS
  if (lane == 0) {
    statistics[row] = vec2f(mean, rstd);
  }
#endif
}

#if SUBGROUP
enable subgroups;
#endif
// Second stage of the norm of all gradients: adds the parts up, and says by how much gradients are to be scaled. The parts are one
// row of row_reduction.wgsl.

struct Params {
  count: u32,
  max_norm: f32,
}

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> norm: array<f32>; // [3]: norm, clip factor, 1 where the norm is finite
@group(0) @binding(2) var<uniform> params: Params;

// By its bits: a compiler may take it that no number is a NaN.
fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) thread: u32) {
  if (row_index(0, thread) > 0) {
    return;
  }
  let lane = row_lane(thread);
  var squares = 0.0;
  for (var i = lane; i < params.count; i += LANES) {
    squares += parts[i];
  }
  squares = row_sum(squares, lane);
  if (lane > 0) {
    return;
  }
  if (is_finite(squares)) {
    let length = sqrt(squares);
    norm[0] = length;
    norm[1] = min(1.0, params.max_norm / (length + 1e-6));
    norm[2] = 1.0;
  } else {
    norm[0] = squares;
    norm[1] = 0.0;
    norm[2] = 0.0;
  }
}

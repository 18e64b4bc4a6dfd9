enable subgroups;
// dweight of a convolution over time with its maximum, for adapters that run shaders on a CPU; see conv1d_backward_weight.wgsl.
//
// A workgroup is one subgroup and has a tap, as many outputs as it has lanes, and eight channels a lane. Of every point each lane finds, for
// another output, where its maximum's frame begins and what flows there; lanes hand both round, so that nearly all loads are of x.

struct Params {
  frames: u32,  // T
  points: u32,  // N
  inputs: u32,  // quads of C
  outputs: u32, // O
  taps: u32,
  rows: u32,    // B*N
  dy_stride: u32,
  slices: u32,
  slice_rows: u32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;             // [B,T,N,C]
@group(0) @binding(1) var<storage, read> dy: array<f32>;              // rows [B*N, dy_stride]
@group(0) @binding(2) var<storage, read> argmax: array<u32>;          // [B*N, O]
@group(0) @binding(3) var<storage, read> frames: array<u32>;          // [B]
@group(0) @binding(4) var<storage, read_write> dweight: array<vec4f>; // [slices,taps,O,C]
@group(0) @binding(5) var<uniform> params: Params;

override LANES: u32 = 8;

alias Quads = mat2x4f; // of channels, LANES quads apart

var<private> channel: vec2u;

// The channels of x from `at` on, times the slope.
fn product(at: u32, slope: f32) -> Quads {
  return slope * Quads(x[at + channel.x], x[at + channel.y]);
}

fn store(at: u32, lane_channel: u32, output: u32, sum: Quads) {
  if (output < params.outputs) {
    if (lane_channel < params.inputs) {
      dweight[at + lane_channel] = sum[0];
    }
    if (lane_channel + LANES < params.inputs) {
      dweight[at + lane_channel + LANES] = sum[1];
    }
  }
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tiles = (params.inputs + 2 * LANES - 1) / (2 * LANES);
  let blocks = (params.outputs + LANES - 1) / LANES;
  let group = workgroup.y * grid.x + workgroup.x;
  let slice = group / tiles / blocks / params.taps;
  if (slice >= params.slices) {
    return;
  }
  let tap = group / tiles / blocks % params.taps;
  let first_output = group / tiles % blocks * LANES;
  let first_channel = group % tiles * 2 * LANES + lane;
  // Channels and outputs past the last are read as the last, and not stored.
  channel = min(first_channel + vec2u(0, LANES), vec2u(params.inputs - 1));
  let output = min(first_output + lane, params.outputs - 1);

  var sum0 = Quads();
  var sum1 = Quads();
  var sum2 = Quads();
  var sum3 = Quads();
#if SUBGROUPS_8
  var sum4 = Quads();
  var sum5 = Quads();
  var sum6 = Quads();
  var sum7 = Quads();
#endif
  let first_row = slice * params.slice_rows;
  let end = min(first_row + params.slice_rows, params.rows);
  // Counted on, since a division is as dear as many loads.
  var clip = first_row / params.points;
  var point = first_row % params.points;
  for (var row = first_row; row < end; row++) {
    // Unsigned: a frame before the first wraps to a very large one, and is outside as well.
    let t = argmax[row * params.outputs + output] + tap - (params.taps - 1) / 2;
    let inside = t < min(frames[clip], params.frames);
    let at = ((clip * params.frames + select(0, t, inside)) * params.points + point) * params.inputs;
    let slope = select(0, dy[row * params.dy_stride + output], inside);
    sum0 += product(subgroupBroadcast(at, 0), subgroupBroadcast(slope, 0));
    sum1 += product(subgroupBroadcast(at, 1), subgroupBroadcast(slope, 1));
    sum2 += product(subgroupBroadcast(at, 2), subgroupBroadcast(slope, 2));
    sum3 += product(subgroupBroadcast(at, 3), subgroupBroadcast(slope, 3));
#if SUBGROUPS_8
    sum4 += product(subgroupBroadcast(at, 4), subgroupBroadcast(slope, 4));
    sum5 += product(subgroupBroadcast(at, 5), subgroupBroadcast(slope, 5));
    sum6 += product(subgroupBroadcast(at, 6), subgroupBroadcast(slope, 6));
    sum7 += product(subgroupBroadcast(at, 7), subgroupBroadcast(slope, 7));
#endif
    point += 1;
    if (point == params.points) {
      point = 0;
      clip += 1;
    }
  }

  let start = ((slice * params.taps + tap) * params.outputs + first_output) * params.inputs;
  store(start, first_channel, first_output, sum0);
  store(start + params.inputs, first_channel, first_output + 1, sum1);
  store(start + 2 * params.inputs, first_channel, first_output + 2, sum2);
  store(start + 3 * params.inputs, first_channel, first_output + 3, sum3);
#if SUBGROUPS_8
  store(start + 4 * params.inputs, first_channel, first_output + 4, sum4);
  store(start + 5 * params.inputs, first_channel, first_output + 5, sum5);
  store(start + 6 * params.inputs, first_channel, first_output + 6, sum6);
  store(start + 7 * params.inputs, first_channel, first_output + 7, sum7);
#endif
}

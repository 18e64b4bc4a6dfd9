// One level of a Gaussian pyramid (Burt and Adelson, 1983): the finer level, smoothed by [1 4 6 4 1]/16 along both axes, at every second
// pixel. Pixels beyond the edge are those of the edge. One thread a short column of output pixels, down which the sums of rows are kept.
//
// A pixel is RGBA in 8 bits a channel. The weights add up to 256, so that two channels share one word without touching each other, and
// the result is exact: the sum, divided by 256 and rounded.

struct Params {
  finer: u32,   // where the finer level starts
  width: u32,   // of the finer level
  height: u32,
  coarser: u32, // where the coarser level goes
}

@group(0) @binding(0) var<storage, read_write> images: array<u32>; // in place: levels do not overlap
@group(0) @binding(1) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;
override ROWS: u32; // output pixels of a thread, below each other

const EVEN_CHANNELS = 0x00ff00ffu;
const HALF = 0x00800080u; // 0.5 in each channel

// Channels 0 and 2 of a pixel of the finer level, and channels 1 and 3.
fn channels(x: i32, row: u32) -> vec2u {
  let pixel = images[row + u32(clamp(x, 0, i32(params.width) - 1))];
  return vec2u(pixel, pixel >> 8) & vec2u(EVEN_CHANNELS);
}

fn row_sum(x: i32, y: i32) -> vec2u {
  let row = params.finer + u32(clamp(y, 0, i32(params.height) - 1)) * params.width;
  return channels(x - 2, row) + channels(x + 2, row) + 4 * (channels(x - 1, row) + channels(x + 1, row)) + 6 * channels(x, row);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let width = (params.width + 1) / 2;
  let height = (params.height + 1) / 2;
  let column = i % width;
  let first = i / width * ROWS;
  let x = i32(2 * column);
  var above = row_sum(x, i32(2 * first) - 2);
  var before = row_sum(x, i32(2 * first) - 1);
  var middle = row_sum(x, i32(2 * first));
  for (var y = first; y < min(first + ROWS, height); y++) {
    let after = row_sum(x, i32(2 * y) + 1);
    let below = row_sum(x, i32(2 * y) + 2);
    // 16 * 255 * 16 at the most: 16 bits hold the sum of both axes and the half.
    let sum = above + below + 4 * (before + after) + 6 * middle + HALF;
    images[params.coarser + y * width + column] = ((sum.x >> 8) & EVEN_CHANNELS) | (sum.y & ~EVEN_CHANNELS);
    above = middle;
    before = after;
    middle = below;
  }
}

// One level of a Gaussian pyramid (Burt and Adelson, 1983): the finer level, smoothed by [1 4 6 4 1]/16 along both axes, at every second
// pixel. Pixels beyond the edge are those of the edge. One thread an output pixel.
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

const TAPS = array(1u, 4u, 6u, 4u, 1u);
const EVEN_CHANNELS = 0x00ff00ffu;
const HALF = 0x00800080u; // 0.5 in each channel

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let width = (params.width + 1) / 2;
  let height = (params.height + 1) / 2;
  if (i >= width * height) {
    return;
  }
  let centre = vec2i(2 * vec2u(i % width, i / width));
  let last = vec2i(vec2u(params.width, params.height)) - 1;
  var even = vec2u(0);  // channels 0 and 2: in the row, in all
  var odd = vec2u(0);   // channels 1 and 3
  for (var dy = -2; dy <= 2; dy++) {
    let row = params.finer + u32(clamp(centre.y + dy, 0, last.y)) * params.width;
    even.x = 0;
    odd.x = 0;
    for (var dx = -2; dx <= 2; dx++) {
      let pixel = images[row + u32(clamp(centre.x + dx, 0, last.x))];
      even.x += TAPS[dx + 2] * (pixel & EVEN_CHANNELS);
      odd.x += TAPS[dx + 2] * ((pixel >> 8) & EVEN_CHANNELS);
    }
    // 16 · 255 · 16 at the most: 16 bits hold the sum of both axes.
    even.y += TAPS[dy + 2] * even.x;
    odd.y += TAPS[dy + 2] * odd.x;
  }
  images[params.coarser + i] = (((even.y + HALF) >> 8) & EVEN_CHANNELS) | ((odd.y + HALF) & ~EVEN_CHANNELS);
}

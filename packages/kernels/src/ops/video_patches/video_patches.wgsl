// The rows that a video's patch embedding multiplies: pixels of a tubelet (a patch in neighbouring frames), normalised channel by channel, in the
// order of a Conv3d's weight.
// One thread four pixels side by side: twelve bytes, which are whole words because rows of pixels are, and a vec4 of each channel.

struct Params {
  count: u32,   // B*T*H*W/4
  frames: u32,  // T
  height: u32,
  width: u32,
  tubelet: u32, // frames of a patch
  side: u32,    // pixels of a patch's side
  scale_r: f32, // y = byte*scale + shift
  scale_g: f32,
  scale_b: f32,
  shift_r: f32,
  shift_g: f32,
  shift_b: f32,
}

@group(0) @binding(0) var<storage, read> video: array<u32>;     // [B,T,H,W,3] bytes
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>; // [B*tokens, 3*tubelet*patch*patch]
@group(0) @binding(2) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  if (i >= params.count) {
    return;
  }
  let fours = params.width / 4;
  let px = 4 * (i % fours);
  let py = i / fours % params.height;
  let frame = i / fours / params.height;
  // Clips are whole tubelets, so tubelets count on from clip to clip, and so do tokens.
  let row = (frame / params.tubelet * (params.height / params.side) + py / params.side) * (params.width / params.side) + px / params.side;
  let channel = params.tubelet * params.side * params.side;
  let column = (frame % params.tubelet * params.side + py % params.side) * params.side + px % params.side;
  let at = (row * 3 * channel + column) / 4;

  let a = unpack4xU8(video[3 * i]);     // r g b r
  let b = unpack4xU8(video[3 * i + 1]); // g b r g
  let c = unpack4xU8(video[3 * i + 2]); // b r g b
  y[at] = vec4f(vec4u(a.x, a.w, b.z, c.y)) * params.scale_r + params.shift_r;
  y[at + channel / 4] = vec4f(vec4u(a.y, b.x, b.w, c.z)) * params.scale_g + params.shift_g;
  y[at + 2 * (channel / 4)] = vec4f(vec4u(a.z, b.y, c.x, c.w)) * params.scale_b + params.shift_b;
}

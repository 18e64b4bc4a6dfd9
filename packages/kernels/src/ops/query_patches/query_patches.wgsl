// Keeps the pixels around each point as they are in its query frame: what the point looks like, to recognise it by later. Only points
// whose age is 0 are touched. Pixels beyond the edge are those of the edge. One thread a pixel of a patch.

struct Params {
  frame: u32,   // where the query frame starts
  width: u32,
  height: u32,
  patches: u32, // where the patches [N, SIDE, SIDE] start
  points: u32,  // N
}

@group(0) @binding(0) var<storage, read> points: array<vec2f>;       // [N,3] x, y; occluded, age; velocity
@group(0) @binding(1) var<storage, read_write> images: array<u32>;   // in place: frames and patches do not overlap
@group(0) @binding(2) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;
override SIDE: u32;
override MARGIN: i32; // pixels of the patch left of the one that holds the point

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + lane;
  let n = i / (SIDE * SIDE);
  if (n >= params.points || points[3 * n + 1].y != 0.0) {
    return;
  }
  let within = vec2i(vec2u(i % SIDE, (i / SIDE) % SIDE));
  let last = vec2i(vec2u(params.width, params.height)) - 1;
  let pixel = vec2u(clamp(vec2i(floor(points[3 * n])) + within - MARGIN, vec2i(0), last));
  images[params.patches + i] = images[params.frame + pixel.y * params.width + pixel.x];
}

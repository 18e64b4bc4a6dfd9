// Velocity of point tracks: v[t] = p[t] - p[t-1], v[0] = 0; the occlusion flag is carried along.
// One thread a point of a frame: neighbouring threads read neighbouring points.

struct Params {
  count: u32,  // B*T*N
  frames: u32, // T
  points: u32, // N
}

@group(0) @binding(0) var<storage, read> tracks: array<f32>;         // [B,T,N,3]
@group(0) @binding(1) var<storage, read_write> velocity: array<f32>; // [B,T,N,3]
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
  let t = (i / params.points) % params.frames;
  // In the first frame a point is its own predecessor, which gives the zero that is wanted.
  let before = select(i, i - params.points, t > 0);
  velocity[3 * i] = tracks[3 * i] - tracks[3 * before];
  velocity[3 * i + 1] = tracks[3 * i + 1] - tracks[3 * before + 1];
  velocity[3 * i + 2] = tracks[3 * i + 2];
}

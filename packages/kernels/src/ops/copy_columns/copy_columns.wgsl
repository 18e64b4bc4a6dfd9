// Columns of one matrix into columns of another, an element a thread; the other columns of y stay as they are.

struct Params {
  count: u32,    // rows * width
  width: u32,    // columns that are copied
  x_stride: u32, // columns of x
  x_first: u32,
  y_stride: u32,
  y_first: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;       // [rows, x_stride]
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // [rows, y_stride]
@group(0) @binding(2) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + thread;
  if (i >= params.count) {
    return;
  }
  let row = i / params.width;
  let column = i % params.width;
  y[row * params.y_stride + params.y_first + column] = x[row * params.x_stride + params.x_first + column];
}

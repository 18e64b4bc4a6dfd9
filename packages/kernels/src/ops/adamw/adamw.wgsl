// One step of AdamW for all parameters, four a thread, in place. Where the gradients' norm is not finite, nothing changes: the last good
// parameters and moments stay.

struct Params {
  length: u32, // in vec4s
  beta1: f32,
  one_less_beta1: f32, // told, since 1 - 0.999 has lost four digits in f32
  beta2: f32,
  one_less_beta2: f32,
  eps: f32,
}

@group(0) @binding(0) var<storage, read> grad: array<vec4f>;
@group(0) @binding(1) var<storage, read> norm: array<f32>;     // [3], of grad_norm
@group(0) @binding(2) var<storage, read> schedule: array<f32>; // [3], of adamwSchedule
@group(0) @binding(3) var<storage, read_write> param: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(6) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 256;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (workgroup.y * grid.x + workgroup.x) * WORKGROUP_SIZE + thread;
  let norm_is_finite = norm[2] != 0.0;
  if (i >= params.length || !norm_is_finite) {
    return;
  }
  let decay = schedule[0];
  let rate = schedule[1];
  let root_scale = schedule[2];

  let g = grad[i] * norm[1];
  let mean = params.beta1 * m[i] + params.one_less_beta1 * g;
  let square = params.beta2 * v[i] + params.one_less_beta2 * g * g;
  m[i] = mean;
  v[i] = square;
  param[i] = param[i] * decay - rate * mean / (sqrt(square) * root_scale + params.eps);
}

// Pyramidal Lucas-Kanade: follows points from one frame to the next. Forward, backward to see whether the way leads back, and against the
// query patch, so that errors do not pile up; all levels in one dispatch.
//
// The step is Baker and Matthews' inverse-compositional one ("Lucas-Kanade 20 years on", IJCV 2004) for a translation: the matrix belongs
// to the template and is built once. The window is weighted by a Gaussian, its three colours count alike, and their means are taken out,
// so that a change of brightness does not look like motion. Derivatives are Scharr's.
//
// SERIAL: a thread a point, for adapters where talking between threads costs more than it saves. Otherwise a workgroup a point, its sums
// by SUBGROUPS where one subgroup is the whole workgroup, else through workgroup memory.

#if SUBGROUPS
enable subgroups;
// The workgroup is one subgroup: what is uniform in one is uniform in the other, which the compiler cannot know.
diagnostic(off, subgroup_uniformity);
#endif

struct Params {
  previous: u32, // where the pyramid of the frame before starts
  next: u32,     // where that of this frame starts
  width: u32,    // of a frame
  height: u32,
  levels: u32,
  patches: u32,  // where the query patches [N, PATCH_SIDE, PATCH_SIDE] start
  points: u32,   // N
}

@group(0) @binding(0) var<storage, read> images: array<u32>;        // packed RGBA
@group(0) @binding(1) var<storage, read> queries: array<vec2f>;     // [N] x, y in the query frame
@group(0) @binding(2) var<storage, read> points: array<vec4f>;      // [N] x, y, occluded, age: frames since the query frame
@group(0) @binding(3) var<storage, read_write> moved: array<vec4f>; // [N] the same, one frame on
@group(0) @binding(4) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;
override SIGMA: f32;
override WEIGHT_SCALE: f32; // makes the weights of a window sum to 1
override STEP_TOLERANCE: f32;
override MAX_STEPS: u32;
override MIN_EIGENVALUE: f32;
override MAX_FORWARD_BACKWARD: f32;
override MIN_CORRELATION: f32;
override MAX_CORRECTION: f32;
override PATCH_MARGIN: i32;
override PATCH_SIDE: i32;

const RADIUS = 7;
const SIDE = 2 * RADIUS + 1;
const PIXELS = u32(SIDE * SIDE);

// The template: what the window looks like where the point is known to be. Values are less their mean, slopes less theirs and weighted.
#if SERIAL
const LANES = 1u;
var<private> values: array<vec3f, PIXELS>;
var<private> slopes_x: array<vec3f, PIXELS>;
var<private> slopes_y: array<vec3f, PIXELS>;
#else
override LANES = WORKGROUP_SIZE;
var<workgroup> values: array<vec3f, PIXELS>;
var<workgroup> slopes_x: array<vec3f, PIXELS>;
var<workgroup> slopes_y: array<vec3f, PIXELS>;
#endif
var<private> lane: u32; // this thread takes every LANES-th pixel from this one on

// Sum over the threads of a point, known to all of them.
#if SERIAL
fn total(part: vec4f) -> vec4f {
  return part;
}
#elif SUBGROUPS
fn total(part: vec4f) -> vec4f {
  return subgroupAdd(part);
}
#else
var<workgroup> partial: array<vec4f, WORKGROUP_SIZE>;

fn total(part: vec4f) -> vec4f {
  partial[lane] = part;
  workgroupBarrier();
  for (var stride = WORKGROUP_SIZE / 2; stride > 0; stride /= 2) {
    if (lane < stride) {
      partial[lane] += partial[lane + stride];
    }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&partial[0]);
}
#endif

struct Image {
  offset: u32,
  size: vec2i,
}

fn pyramid_level(start: u32, level: u32) -> Image {
  var image = Image(start, vec2i(vec2u(params.width, params.height)));
  for (var i = 0u; i < level; i++) {
    image = Image(image.offset + u32(image.size.x * image.size.y), (image.size + 1) / 2);
  }
  return image;
}

// Grey levels of 0 to 255; beyond the edge those of the edge.
fn pixel(image: Image, at: vec2i) -> vec3f {
  let p = clamp(at, vec2i(0), image.size - 1);
  return 255 * unpack4x8unorm(images[image.offset + u32(p.y * image.size.x + p.x)]).rgb;
}

fn window_offset(i: u32) -> vec2i {
  return vec2i(vec2u(i % u32(SIDE), i / u32(SIDE))) - RADIUS;
}

fn weight(offset: vec2i) -> f32 {
  let o = vec2f(offset) / SIGMA;
  return WEIGHT_SCALE * exp(-0.5 * dot(o, o));
}

struct Template {
  xx: f32, // the matrix: weighted second moments of the slopes
  xy: f32,
  yy: f32,
  variance: f32,
  least_eigenvalue: f32,
}

// Takes the window around `centre` as the template. Sampling at a fraction of a pixel and Scharr's filter are one filter of 4 x 4 taps,
// and the fraction is the same in the whole window.
fn learn(image: Image, centre: vec2f) -> Template {
  let base = vec2i(floor(centre));
  let f = fract(centre);
  let g = 1 - f;
  let slope_taps = array(-g / 2, -f / 2, g / 2, f / 2);
  let smooth_taps = array(3 * g / 16, (10 * g + 3 * f) / 16, (3 * g + 10 * f) / 16, 3 * f / 16);
  let value_taps = array(vec2f(0), g, f, vec2f(0));
  var value_sum = vec4f(0); // three means and the second moment
  var x_sum = vec4f(0);
  var y_sum = vec4f(0);
  var xy_sum = 0.0;
  for (var i = lane; i < PIXELS; i += LANES) {
    let offset = window_offset(i);
    var value = vec3f(0);
    var x = vec3f(0);
    var y = vec3f(0);
    for (var row = 0; row < 4; row++) {
      var row_value = vec3f(0);
      var row_slope = vec3f(0);
      var row_smooth = vec3f(0);
      for (var column = 0; column < 4; column++) {
        let p = pixel(image, base + offset + vec2i(column, row) - 1);
        row_value += value_taps[column].x * p;
        row_slope += slope_taps[column].x * p;
        row_smooth += smooth_taps[column].x * p;
      }
      value += value_taps[row].y * row_value;
      x += smooth_taps[row].y * row_slope;
      y += slope_taps[row].y * row_smooth;
    }
    let w = weight(offset);
    value_sum += w * vec4f(value, dot(value, value));
    x_sum += w * vec4f(x, dot(x, x));
    y_sum += w * vec4f(y, dot(y, y));
    xy_sum += w * dot(x, y);
    values[i] = value;
    slopes_x[i] = x;
    slopes_y[i] = y;
  }
  value_sum = total(value_sum);
  x_sum = total(x_sum);
  y_sum = total(y_sum);
  xy_sum = total(vec4f(xy_sum)).x;
  for (var i = lane; i < PIXELS; i += LANES) {
    let w = weight(window_offset(i));
    values[i] -= value_sum.xyz;
    slopes_x[i] = w * (slopes_x[i] - x_sum.xyz);
    slopes_y[i] = w * (slopes_y[i] - y_sum.xyz);
  }
  let xx = x_sum.w - dot(x_sum.xyz, x_sum.xyz);
  let yy = y_sum.w - dot(y_sum.xyz, y_sum.xyz);
  let xy = xy_sum - dot(x_sum.xyz, y_sum.xyz);
  let variance = value_sum.w - dot(value_sum.xyz, value_sum.xyz);
  let least_eigenvalue = (xx + yy - length(vec2f(xx - yy, 2 * xy))) / 2 / 3; // a colour
  return Template(xx, xy, yy, variance, least_eigenvalue);
}

// Weights of the four pixels around a point, given its fraction of a pixel.
fn bilinear(f: vec2f) -> vec4f {
  let g = 1 - f;
  return vec4f(g.x * g.y, f.x * g.y, g.x * f.y, f.x * f.y);
}

fn sample(image: Image, base: vec2i, taps: vec4f) -> vec3f {
  return taps.x * pixel(image, base) + taps.y * pixel(image, base + vec2i(1, 0))
    + taps.z * pixel(image, base + vec2i(0, 1)) + taps.w * pixel(image, base + 1);
}

// Moves the window from `start` to where it fits the template best.
fn align(image: Image, matrix: Template, start: vec2f) -> vec2f {
  let determinant = matrix.xx * matrix.yy - matrix.xy * matrix.xy;
  var centre = start;
  for (var i = 0u; i < MAX_STEPS; i++) {
    let base = vec2i(floor(centre));
    let taps = bilinear(fract(centre));
    var part = vec4f(0);
    for (var k = lane; k < PIXELS; k += LANES) {
      let difference = sample(image, base + window_offset(k), taps) - values[k];
      part += vec4f(dot(difference, slopes_x[k]), dot(difference, slopes_y[k]), 0, 0);
    }
    let b = total(part);
    let step = vec2f(matrix.yy * b.x - matrix.xy * b.y, matrix.xx * b.y - matrix.xy * b.x) / determinant;
    centre -= step;
    if (length(step) < STEP_TOLERANCE) {
      break;
    }
  }
  return centre;
}

// Normalised correlation of the template with the window around `centre`, colours together: 1 where they agree up to brightness and contrast.
fn correlation(image: Image, matrix: Template, centre: vec2f) -> f32 {
  let base = vec2i(floor(centre));
  let taps = bilinear(fract(centre));
  var moments = vec4f(0);
  var product = 0.0;
  for (var k = lane; k < PIXELS; k += LANES) {
    let offset = window_offset(k);
    let value = sample(image, base + offset, taps);
    let w = weight(offset);
    moments += w * vec4f(value, dot(value, value));
    product += w * dot(value, values[k]);
  }
  moments = total(moments);
  product = total(vec4f(product)).x;
  let variance = moments.w - dot(moments.xyz, moments.xyz);
  return product / sqrt(max(matrix.variance * variance, 1e-6));
}

struct Flow {
  position: vec2f,
  found: bool, // whether the finest level had texture to hold on to
}

// Follows the point at `position` of one frame into the other, coarse to fine.
fn follow(source: u32, goal: u32, position: vec2f, guess: vec2f) -> Flow {
  var flow = Flow(guess, false);
  for (var level = params.levels; level > 0; level--) {
    let scale = exp2(f32(level - 1));
    let matrix = learn(pyramid_level(source, level - 1), position / scale);
    flow.found = matrix.least_eigenvalue > MIN_EIGENVALUE;
    if (flow.found) {
      flow.position = scale * align(pyramid_level(goal, level - 1), matrix, flow.position / scale);
    }
  }
  return flow;
}

// A point that is being followed: its place and occlusion one frame on.
fn track(n: u32, position: vec2f, was_occluded: bool) -> vec3f {
  let forward = follow(params.previous, params.next, position, position);
  let backward = follow(params.next, params.previous, forward.position, forward.position);

  let patch_image = Image(params.patches + n * u32(PATCH_SIDE * PATCH_SIDE), vec2i(PATCH_SIDE));
  let frame = pyramid_level(params.next, 0);
  let matrix = learn(patch_image, f32(PATCH_MARGIN) + fract(queries[n]));
  var corrected = forward.position;
  var is_recognised = false;
  if (matrix.least_eigenvalue > MIN_EIGENVALUE) {
    corrected = align(frame, matrix, forward.position);
    is_recognised = distance(corrected, forward.position) < MAX_CORRECTION && correlation(frame, matrix, corrected) > MIN_CORRELATION;
  }
  let place = select(forward.position, corrected, is_recognised);

  let is_outside = any(place < vec2f(0)) || any(place > vec2f(frame.size - 1));
  let is_lost = !forward.found || distance(backward.position, position) > MAX_FORWARD_BACKWARD || is_outside;
  let is_occluded = is_lost || (was_occluded && !is_recognised);
  return vec3f(place, select(0.0, 1.0, is_occluded));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) grid: vec3u,
  @builtin(local_invocation_index) local_index: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
#if SERIAL
  lane = 0;
  let n = group * WORKGROUP_SIZE + local_index;
#else
  lane = local_index;
  let n = group;
#endif
  if (n >= params.points) {
    return;
  }
  let age = points[n].w + 1;
  var place = vec3f(queries[n], select(0.0, 1.0, age < 0)); // until its query frame a point is occluded, in it visible
  if (age > 0) {
    place = track(n, points[n].xy, points[n].z > 0);
  }
  if (lane == 0) {
    moved[n] = vec4f(place, age);
  }
}

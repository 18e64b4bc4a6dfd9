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
@group(0) @binding(2) var<storage, read> points: array<vec2f>;      // [N,3] x, y; occluded, age in frames; velocity
@group(0) @binding(3) var<storage, read_write> moved: array<vec2f>; // [N,3] the same, one frame on
@group(0) @binding(4) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 64;
override SIGMA: f32;
override WEIGHT_SCALE: f32; // makes the weights of a window sum to 1
override STEP_TOLERANCE: f32;
override MAX_STEPS: u32;
override MIN_EIGENVALUE: f32;
override MAX_FORWARD_BACKWARD: f32;
override FLOW_CORRELATION: f32;
override QUERY_CORRELATION: f32;
override MAX_CORRECTION: f32;
override PATCH_MARGIN: i32;
override PATCH_SIDE: i32;

const RADIUS = 7;

#if SERIAL
const LANES = 1u;
#else
override LANES = WORKGROUP_SIZE;
#endif
var<private> lane: u32; // this thread takes every LANES-th row of the window from this one on

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
  let rgba = images[image.offset + u32(p.y * image.size.x + p.x)];
  return vec3f((vec3u(rgba) >> vec3u(0, 8, 16)) & vec3u(255));
}

fn weight(offset: vec2i) -> f32 {
  let o = vec2f(offset) / SIGMA;
  return WEIGHT_SCALE * exp(-0.5 * dot(o, o));
}

// Scharr's filter, [-1 0 1]/2 along one axis and [3 10 3]/16 along the other, on pixels sampled at the fraction f: along an axis it is one
// filter on the pixels at -1, 0, 1 and 2, and f is the same in the whole window.
struct Taps {
  value: vec4f,
  slope: vec4f,
  mean: vec4f,
}

fn taps(f: f32) -> Taps {
  let g = 1 - f;
  return Taps(
    vec4f(0, g, f, 0),
    vec4f(-g, -f, g, f) / 2,
    vec4f(3 * g, 10 * g + 3 * f, 3 * g + 10 * f, 3 * f) / 16,
  );
}

// Columns: value, slope and mean along y of the four pixels below each other around `at`.
fn filter_column(image: Image, at: vec2i, y: Taps) -> mat3x3f {
  let pixels = mat4x3f(
    pixel(image, at - vec2i(0, 1)), pixel(image, at), pixel(image, at + vec2i(0, 1)), pixel(image, at + vec2i(0, 2)),
  );
  return mat3x3f(pixels * y.value, pixels * y.slope, pixels * y.mean);
}

// Columns: value and slopes along x and y, from the filtered columns at -1, 0, 1 and 2.
fn surface(left: mat3x3f, middle: mat3x3f, right: mat3x3f, far: mat3x3f, x: Taps) -> mat3x3f {
  return mat3x3f(
    x.value.y * middle[0] + x.value.z * right[0],
    x.slope.x * left[2] + x.slope.y * middle[2] + x.slope.z * right[2] + x.slope.w * far[2],
    x.mean.x * left[1] + x.mean.y * middle[1] + x.mean.z * right[1] + x.mean.w * far[1],
  );
}

// What the window looks like where the point is known to be: weighted means, and second moments about them.
struct Template {
  image: Image,
  centre: vec2f,
  mean: vec3f,
  x_mean: vec3f,
  y_mean: vec3f,
  variance: f32,
  xx: f32,
  xy: f32,
  yy: f32,
}

fn learn(image: Image, centre: vec2f) -> Template {
  let base = vec2i(floor(centre));
  let x_taps = taps(fract(centre.x));
  let y_taps = taps(fract(centre.y));
  var value_sum = vec4f(0); // means of three colours, second moment
  var x_sum = vec4f(0);
  var y_sum = vec4f(0);
  var xy_sum = 0.0;
  for (var dy = i32(lane) - RADIUS; dy <= RADIUS; dy += i32(LANES)) {
    // Four filtered columns slide along the row, so that each pixel is loaded once for a row.
    var left: mat3x3f;
    var middle: mat3x3f;
    var right: mat3x3f;
    var far: mat3x3f;
    for (var dx = -RADIUS - 3; dx <= RADIUS; dx++) {
      left = middle;
      middle = right;
      right = far;
      far = filter_column(image, base + vec2i(dx + 2, dy), y_taps);
      if (dx < -RADIUS) {
        continue;
      }
      let s = surface(left, middle, right, far, x_taps);
      let w = weight(vec2i(dx, dy));
      value_sum += w * vec4f(s[0], dot(s[0], s[0]));
      x_sum += w * vec4f(s[1], dot(s[1], s[1]));
      y_sum += w * vec4f(s[2], dot(s[2], s[2]));
      xy_sum += w * dot(s[1], s[2]);
    }
  }
  value_sum = total(value_sum);
  x_sum = total(x_sum);
  y_sum = total(y_sum);
  xy_sum = total(vec4f(xy_sum)).x;
  return Template(
    image, centre, value_sum.xyz, x_sum.xyz, y_sum.xyz,
    value_sum.w - dot(value_sum.xyz, value_sum.xyz),
    x_sum.w - dot(x_sum.xyz, x_sum.xyz),
    xy_sum - dot(x_sum.xyz, y_sum.xyz),
    y_sum.w - dot(y_sum.xyz, y_sum.xyz),
  );
}

// Least eigenvalue of the matrix, a colour: texture in every direction keeps it from being singular.
fn texture(t: Template) -> f32 {
  return (t.xx + t.yy - length(vec2f(t.xx - t.yy, 2 * t.xy))) / 2 / 3;
}

struct Fit {
  centre: vec2f,
  correlation: f32, // 1 where window and template agree up to brightness and contrast
}

// Moves the window from `start` to where it fits the template best. The template is computed anew in each step: that costs four loads a
// pixel, less than keeping 225 values and slopes of three colours for each point.
fn align(image: Image, t: Template, start: vec2f) -> Fit {
  let known_base = vec2i(floor(t.centre));
  let x_taps = taps(fract(t.centre.x));
  let y_taps = taps(fract(t.centre.y));
  var fit = Fit(start, 0);
  for (var i = 0u; i < MAX_STEPS; i++) {
    let base = vec2i(floor(fit.centre));
    let f = fract(fit.centre);
    var seen = vec4f(0);    // means of three colours, second moment
    var product = vec4f(0); // of the difference with the slopes along x and y, and of the values
    for (var dy = i32(lane) - RADIUS; dy <= RADIUS; dy += i32(LANES)) {
      var left: mat3x3f;
      var middle: mat3x3f;
      var right: mat3x3f;
      var far: mat3x3f;
      var here: vec3f;
      var beside: vec3f;
      for (var dx = -RADIUS - 3; dx <= RADIUS; dx++) {
        left = middle;
        middle = right;
        right = far;
        far = filter_column(t.image, known_base + vec2i(dx + 2, dy), y_taps);
        here = beside;
        beside = mix(pixel(image, base + vec2i(dx + 1, dy)), pixel(image, base + vec2i(dx + 1, dy + 1)), f.y);
        if (dx < -RADIUS) {
          continue;
        }
        let known = surface(left, middle, right, far, x_taps);
        let value = mix(here, beside, f.x);
        let difference = value - known[0];
        let w = weight(vec2i(dx, dy));
        seen += w * vec4f(value, dot(value, value));
        product += w * vec4f(dot(difference, known[1] - t.x_mean), dot(difference, known[2] - t.y_mean), dot(value, known[0]), 0);
      }
    }
    seen = total(seen);
    product = total(product);
    let variance = seen.w - dot(seen.xyz, seen.xyz);
    fit.correlation = (product.z - dot(seen.xyz, t.mean)) / sqrt(max(variance, 1) * max(t.variance, 1));
    let step = vec2f(t.yy * product.x - t.xy * product.y, t.xx * product.y - t.xy * product.x) / (t.xx * t.yy - t.xy * t.xy);
    fit.centre -= step;
    if (length(step) < STEP_TOLERANCE) {
      break;
    }
  }
  return fit;
}

// One alignment: the window around `known` of one picture is looked for in another.
struct Search {
  source: Image,
  known: vec2f,
  goal: Image,
  scale: f32,
}

const FORWARD = 0u;  // from the frame before into this one, coarse to fine
const BACKWARD = 1u; // and back, at the finest level
const QUERY = 2u;    // from the query patch into this frame

fn plan_search(stage: u32, level: u32, n: u32, start: vec2f, found: vec2f) -> Search {
  let now = pyramid_level(params.next, level);
  let before = pyramid_level(params.previous, level);
  if (stage == FORWARD) {
    return Search(before, start / exp2(f32(level)), now, exp2(f32(level)));
  }
  if (stage == BACKWARD) {
    return Search(now, found, before, 1);
  }
  let patch_image = Image(params.patches + n * u32(PATCH_SIDE * PATCH_SIDE), vec2i(PATCH_SIDE));
  return Search(patch_image, f32(PATCH_MARGIN) + fract(queries[n]), now, 1);
}

// A point that is being followed: its place and occlusion one frame on.
fn track(n: u32, start: vec2f, velocity: vec2f, was_occluded: bool) -> vec3f {
  let coarsest = params.levels - 1;
  var stage = FORWARD;
  var first_level = coarsest; // of this attempt
  var level = coarsest;
  var place = start;          // where this search begins, then ends
  var found = start;          // where this attempt has led, ...
  var first_found = start;    // ... and the first one
  var is_similar = false;
  var is_lost = false;
  var is_recognised = false;
  // One loop for all searches, so that their code exists once: software adapters take long to compile it.
  loop {
    let search = plan_search(stage, level, n, start, found);
    let known = learn(search.source, search.known);
    var fit = Fit(place / search.scale, 0);
    if (texture(known) > MIN_EIGENVALUE) {
      fit = align(search.goal, known, fit.centre);
    }
    place = search.scale * fit.centre;
    if (stage == QUERY) {
      is_recognised = fit.correlation > QUERY_CORRELATION && distance(place, found) < MAX_CORRECTION;
      break;
    } else if (stage == FORWARD && level > 0) {
      level--;
    } else if (stage == FORWARD) {
      found = place;
      is_similar = fit.correlation > FLOW_CORRELATION;
      if (first_level == coarsest) {
        first_found = found;
      }
      stage = BACKWARD;
      place = start; // The way back is looked for where it should end: from a window that shows something else it leads away.
    } else {
      is_lost = !is_similar || distance(place, start) > MAX_FORWARD_BACKWARD;
      if (is_lost && first_level > 0) {
        // What is small and fast goes with its surroundings at coarse levels: again from where its velocity takes it, with fewer of them.
        first_level--;
        level = first_level;
        stage = FORWARD;
        place = start + velocity;
      } else {
        if (is_lost) {
          found = first_found;
        }
        stage = QUERY;
        place = found;
      }
    }
  }
  place = select(found, place, is_recognised);
  let size = vec2f(vec2u(params.width, params.height));
  is_lost = is_lost || any(place < vec2f(0)) || any(place > size - 1);
  return vec3f(place, select(0.0, 1.0, is_lost || (was_occluded && !is_recognised)));
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
  let start = points[3 * n];
  let age = points[3 * n + 1].y + 1;
  var place = vec3f(queries[n], select(0.0, 1.0, age < 0)); // until its query frame a point is occluded, in it visible
  if (age > 0) {
    place = track(n, start, points[3 * n + 2], points[3 * n + 1].x > 0);
  }
  if (lane == 0) {
    moved[3 * n] = place.xy;
    moved[3 * n + 1] = vec2f(place.z, age);
    moved[3 * n + 2] = place.xy - start;
  }
}

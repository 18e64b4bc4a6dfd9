// Backward of velocity_linear for its parameters: with g = dy where y > 0, dweight = sum of g * (dx, dy, occluded) and dbias = sum
// of g, over all clips, points and frames.
// A workgroup has COLUMNS columns of Channels; SLICES threads share a column, each every SLICES-th point, and their sums meet in
// workgroup memory in the order of the slices: the same bits every time. A point's frames are summed up by themselves first, since
// of a hundred thousand numbers added one by one the last would lose digits.

@group(0) @binding(0) var<storage, read> dy: array<Channels>;           // [B,T,N,C]
@group(0) @binding(1) var<storage, read> y: array<Channels>;            // [B,T,N,C]
@group(0) @binding(2) var<storage, read> tracks: array<f32>;            // [B,T,N,3]
@group(0) @binding(3) var<storage, read_write> dweight: array<Channels>; // [C,3]
@group(0) @binding(4) var<storage, read_write> dbias: array<Channels>;  // [C]
@group(0) @binding(5) var<uniform> params: Params;

override COLUMNS: u32;
override SLICES: u32;

// Of the layer's inputs x, y and occlusion, and of the bias.
struct Sums {
  x: Channels,
  y: Channels,
  occluded: Channels,
  bias: Channels,
}

fn add(a: Sums, b: Sums) -> Sums {
  return Sums(a.x + b.x, a.y + b.y, a.occluded + b.occluded, a.bias + b.bias);
}

#if SLICED
const MAX_WORKGROUP_SIZE = 128;
var<workgroup> slices: array<Sums, MAX_WORKGROUP_SIZE>;
#endif

// Over the frames of one point of a clip.
fn sums_of(row: u32, channel: u32) -> Sums {
  let first = row / params.points * params.frames * params.points + row % params.points;
  var sums = Sums();
  var before = vec2f(tracks[3 * first], tracks[3 * first + 1]);
  for (var t = 0u; t < params.frames; t++) {
    let at = first + t * params.points;
    let here = vec2f(tracks[3 * at], tracks[3 * at + 1]);
    let i = at * params.channels + channel;
    let gradient = select(Channels(), dy[i], y[i] > Channels());
    sums.x += gradient * (here.x - before.x);
    sums.y += gradient * (here.y - before.y);
    sums.occluded += gradient * tracks[3 * at + 2];
    sums.bias += gradient;
    before = here;
  }
  return sums;
}

@compute @workgroup_size(COLUMNS, SLICES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) thread: vec3u) {
  let channel = workgroup.x * COLUMNS + thread.x;
  var sums = Sums();
  if (channel < params.channels) {
    for (var row = thread.y; row < params.count; row += SLICES) {
      sums = add(sums, sums_of(row, channel));
    }
  }
#if SLICED
  slices[thread.y * COLUMNS + thread.x] = sums;
  workgroupBarrier();
  if (thread.y > 0) {
    return;
  }
  for (var slice = 1u; slice < SLICES; slice++) {
    sums = add(sums, slices[slice * COLUMNS + thread.x]);
  }
#endif
  if (channel < params.channels) {
    dbias[channel] = sums.bias;
#if VEC4
    dweight[3 * channel] = vec4f(sums.x.x, sums.y.x, sums.occluded.x, sums.x.y);
    dweight[3 * channel + 1] = vec4f(sums.y.y, sums.occluded.y, sums.x.z, sums.y.z);
    dweight[3 * channel + 2] = vec4f(sums.occluded.z, sums.x.w, sums.y.w, sums.occluded.w);
#else
    dweight[3 * channel] = sums.x;
    dweight[3 * channel + 1] = sums.y;
    dweight[3 * channel + 2] = sums.occluded;
#endif
  }
}

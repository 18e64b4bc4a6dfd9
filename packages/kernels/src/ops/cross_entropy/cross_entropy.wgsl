// Cross entropy of softmax(logits) with label smoothing, the mean over the clips, and its gradient. With d = x - max x and the
// wanted distribution w (smoothing / classes everywhere, 1 - smoothing more at the label), a clip's loss is
// log(sum of exp d) - sum of w d, and its gradient softmax(x) - w.
//
// One workgroup does it all, ROWS clips at a time: they are few, and every sum has one order. With SHARED, LANES threads
// share a clip's classes; without it, each clip has a thread.

struct Params {
  clips: u32,   // B
  classes: u32, // C
  smoothing: f32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;        // [B,C]
@group(0) @binding(1) var<storage, read> labels: array<u32>;        // [B]
@group(0) @binding(2) var<storage, read> scale: array<f32>;         // [1]
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;    // [1]
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>; // [B,C]
@group(0) @binding(5) var<uniform> params: Params;

override WORKGROUP_SIZE: u32 = 256; // LANES * ROWS
override LANES: u32 = 1;
override ROWS: u32 = 256;

const MAX_WORKGROUP_SIZE = 256;
var<workgroup> partial: array<vec2f, MAX_WORKGROUP_SIZE>;

// The sum over each run of `threads` neighbouring threads, a power of two; all threads of the workgroup call it together.
fn sum_over(threads: u32, value: vec2f, thread: u32) -> vec2f {
  let place = thread % threads;
  partial[thread] = value;
  for (var half = threads / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (place < half) {
      partial[thread] += partial[thread + half];
    }
  }
  workgroupBarrier();
  let sum = partial[thread - place];
  workgroupBarrier();
  return sum;
}

#if SHARED
fn row_sum(value: vec2f, thread: u32) -> vec2f {
  return sum_over(LANES, value, thread);
}

fn row_max(value: f32, thread: u32) -> f32 {
  let lane = thread % LANES;
  partial[thread].x = value;
  for (var half = LANES / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) {
      partial[thread].x = max(partial[thread].x, partial[thread + half].x);
    }
  }
  workgroupBarrier();
  let largest = partial[thread - lane].x;
  workgroupBarrier();
  return largest;
}
#else
fn row_sum(value: vec2f, thread: u32) -> vec2f {
  return value;
}

fn row_max(value: f32, thread: u32) -> f32 {
  return value;
}
#endif

// exp(v) for v <= 0; SwiftShader's exp(NaN) is infinity.
fn exp_below(v: f32) -> f32 {
  return select(v, exp(v), v <= 0.0);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) thread: u32) {
  let share = scale[0] / f32(params.clips);
  let base = params.smoothing / f32(params.classes);
  let peak = base + 1.0 - params.smoothing;
  let lane = thread % LANES;
  var clip_losses = 0.0;

  // Threads past the last clip keep step with the others, since there are barriers: they have no classes.
  for (var first = 0u; first < params.clips; first += ROWS) {
    let clip = min(first + thread / LANES, params.clips - 1);
    let is_clip = first + thread / LANES < params.clips;
    let start = clip * params.classes;
    let end = select(start, start + params.classes, is_clip);
    let label = start + labels[clip];

    // A NaN that max() drops still reaches the sum, and with it the loss and the whole row.
    var largest = logits[start];
    for (var i = start + lane; i < end; i += LANES) {
      largest = max(largest, logits[i]);
    }
    largest = row_max(largest, thread);

    var sums = vec2f();
    for (var i = start + lane; i < end; i += LANES) {
      let d = logits[i] - largest;
      sums += vec2f(exp_below(d), select(base, peak, i == label) * d);
    }
    sums = row_sum(sums, thread);

    for (var i = start + lane; i < end; i += LANES) {
      let probability = exp_below(logits[i] - largest) / sums.x;
      dlogits[i] = (probability - select(base, peak, i == label)) * share;
    }
    if (is_clip && lane == 0) {
      clip_losses += log(sums.x) - sums.y;
    }
  }

  let total = sum_over(WORKGROUP_SIZE, vec2f(clip_losses, 0.0), thread).x;
  if (thread == 0) {
    loss[0] = total * share;
  }
}

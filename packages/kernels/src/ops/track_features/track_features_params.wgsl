// What track_features and its backward are told; appended to both.

struct Params {
  frames: u32,       // T
  points: u32,       // N
  count: u32,        // B*N
  lag_count: u32,
  displacement: u32, // 1: the way from the mean place is among the features
  stride: u32,       // features of a frame, and zeros up to whole vec4s
  lags: array<vec4u, 2>,
}

override THREADS: u32;

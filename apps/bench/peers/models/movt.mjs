// MovT's forward pass (https://arxiv.org/abs/2602.14705), once for all libraries that build a model from operations.

/**
 * Tracks [B,T,N,3], x, y and occluded of every point in every frame → logits [B,outputs].
 * @param ops a library's operations: see tfjs.mjs and jax.mjs
 * @param weights tensors of the library by PyTorch's names: matrices as [in,out], the convolution as [taps,in,out]
 */
export function forward(ops, config, weights, tracks) {
  const { width, heads, motionHidden, positionHidden, layers, normFirst } = config;
  const affine = (x, name, activation) => ops.linear(x, weights[`${name}.weight`], weights[`${name}.bias`], activation);
  const norm = (x, name) => ops.layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`]);

  const paths = ops.transpose(tracks, [0, 2, 1, 3]); // [B,N,T,3]
  const [batch, points, frames] = paths.shape;
  const rows = batch * points;
  const places = ops.slice(paths, 3, 0, 2); // [B,N,T,2]
  const occluded = ops.slice(paths, 3, 2, 3); // [B,N,T,1]

  // Velocity, 0 in the first frame → MLP → convolution over time → maximum over time.
  const before = ops.concat([ops.slice(places, 2, 0, 1), ops.slice(places, 2, 0, frames - 1)], 2);
  let motion = ops.reshape(ops.concat([ops.subtract(places, before), occluded], 3), [rows * frames, 3]);
  for (const i of motionHidden.keys()) motion = affine(motion, `motion.mlp.${2 * i}`, 'relu');
  const sequences = ops.reshape(motion, [rows, frames, motionHidden.at(-1)]);
  const filtered = ops.conv1d(sequences, weights['motion.conv.weight'], weights['motion.conv.bias']);
  motion = ops.maxOverLength(filtered); // [B·N,dim]

  let position = ops.reshape(ops.mean(places, 2), [rows, 2]);
  for (const i of positionHidden.keys()) position = affine(position, `position.${2 * i}`, 'relu');
  position = affine(position, `position.${2 * positionHidden.length}`); // [B·N,dim]

  // torch.nn.TransformerEncoderLayer, without dropout.
  let x = affine(ops.concat([motion, position], 1), 'fuse'); // [B·N,width]
  for (let i = 0; i < layers; i++) {
    const layer = `encoder.layers.${i}`;
    const attend = (tokens) => {
      const { [`${layer}.self_attn.in_proj_weight`]: weight, [`${layer}.self_attn.in_proj_bias`]: bias } = weights;
      const qkv = ops.reshape(ops.linear(tokens, weight, bias), [batch, points, 3, heads, width / heads]);
      return affine(ops.reshape(ops.attention(qkv), [rows, width]), `${layer}.self_attn.out_proj`);
    };
    const feedForward = (tokens) => affine(affine(tokens, `${layer}.linear1`, config.activation), `${layer}.linear2`);
    if (normFirst) {
      x = ops.add(x, attend(norm(x, `${layer}.norm1`)));
      x = ops.add(x, feedForward(norm(x, `${layer}.norm2`)));
    } else {
      x = norm(ops.add(x, attend(x)), `${layer}.norm1`);
      x = norm(ops.add(x, feedForward(x)), `${layer}.norm2`);
    }
  }
  return affine(ops.mean(ops.reshape(x, [batch, points, width]), 1), 'head');
}

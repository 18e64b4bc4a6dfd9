// VideoMAE's forward pass (https://arxiv.org/abs/2203.12602), once for all libraries that build a model from operations.

/** ImageNet's mean and deviation of red, green and blue. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/**
 * Videos [B,T,size,size,3] of 0 … 255 → logits [B,outputs].
 * @param ops a library's operations: see tfjs.mjs and jax.mjs
 * @param weights tensors of the library by PyTorch's names: matrices as [in,out], the convolution with all of its axes turned round
 */
export function forward(ops, config, weights, videos) {
  const { frames, size, tubelet, patch, width, layers, heads, normEps, fcNormEps } = config;
  const affine = (x, name, activation) => ops.linear(x, weights[`${name}.weight`], weights[`${name}.bias`], activation);
  const norm = (x, name, eps) => ops.layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`], eps);
  const batch = videos.shape[0];
  const [slices, side] = [frames / tubelet, size / patch];
  const tokens = slices * side * side;

  // Tubelets of every token: rows of a picture are cut into patches, then patches of `tubelet` pictures put together.
  const rows = ops.reshape(videos, [batch * frames * side, patch, side, patch * 3]);
  const patches = ops.reshape(ops.transpose(rows, [0, 2, 1, 3]), [
    batch * slices,
    tubelet,
    side * side,
    patch * patch * 3,
  ]);
  const columns = tubelet * patch * patch * 3;
  const tubelets = ops.reshape(ops.transpose(patches, [0, 2, 1, 3]), [batch * tokens, columns]);

  const { scale, shift } = normalisation(ops, columns);
  const normalised = ops.add(ops.multiply(tubelets, scale), shift);
  const turned = ops.transpose(weights['patch_embed.proj.weight'], [2, 1, 0, 3, 4]); // [tubelet,patch,patch,3,width]
  const embedded = ops.linear(normalised, ops.reshape(turned, [columns, width]), weights['patch_embed.proj.bias']);
  let x = ops.reshape(ops.add(ops.reshape(embedded, [batch, tokens, width]), positions(ops, tokens, width)), [
    batch * tokens,
    width,
  ]);

  for (let i = 0; i < layers; i++) {
    const block = `blocks.${i}`;
    const { [`${block}.attn.q_bias`]: q, [`${block}.attn.v_bias`]: v } = weights;
    const qkvBias = ops.concat([q, ops.tensor(new Float32Array(width), [width]), v], 0);
    const normed = norm(x, `${block}.norm1`, normEps);
    const qkv = ops.linear(normed, weights[`${block}.attn.qkv.weight`], qkvBias);
    const attended = ops.attention(ops.reshape(qkv, [batch, tokens, 3, heads, width / heads]));
    x = ops.add(x, affine(ops.reshape(attended, [batch * tokens, width]), `${block}.attn.proj`));
    const hidden = affine(norm(x, `${block}.norm2`, normEps), `${block}.mlp.fc1`, 'gelu');
    x = ops.add(x, affine(hidden, `${block}.mlp.fc2`));
  }
  const pooled = ops.mean(ops.reshape(x, [batch, tokens, width]), 1);
  return affine(norm(pooled, 'fc_norm', fcNormEps), 'head');
}

/** Factors and offsets of each of a tubelet's numbers. */
function normalisation(ops, columns) {
  const each = (value) =>
    ops.tensor(
      Float32Array.from({ length: columns }, (_, i) => value(i % 3)),
      [columns],
    );
  return { scale: each((c) => 1 / 255 / DEVIATION[c]), shift: each((c) => -MEAN[c] / DEVIATION[c]) };
}

/** [tokens,width]: row p, column j is the sine (even j) or cosine of p / 10000^(2⌊j/2⌋/width). */
function positions(ops, tokens, width) {
  const table = Float32Array.from({ length: tokens * width }, (_, i) => {
    const j = i % width;
    const angle = Math.floor(i / width) / 10000 ** ((2 * Math.floor(j / 2)) / width);
    return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return ops.tensor(table, [tokens, width]);
}

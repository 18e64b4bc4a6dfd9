import { attention, badInput, layernorm, type MatmulProblem, matmul } from '@movt/kernels';
import { checkSizes } from './check-sizes.ts';
import type { TrackingSize } from './klt.ts';
import { type Cost, costOfOperations, type Operation, repeated, type Work, workOf } from './operation.ts';

/** What CoTracker3 tracks, offline: the whole clip at once. Its predictor scales every video to 512×384. */
export interface Cotracker3Size extends TrackingSize {
  /** Points that are tracked beside those asked for: the predictor adds 36 where it is given queries. */
  readonly supportPoints: number;
  /** Updates of the tracks: 6 at prediction. */
  readonly iterations: number;
}

const STRIDE = 4;
const LEVELS = 4;
/** Of a point's surroundings, 7×7. */
const PATCH = 49;
const CHANNELS = 128;
const WIDTH = 384;
const HEADS = 8;
const ROUNDS = 3;
const VIRTUAL_TRACKS = 64;
/** Visibility, confidence, 256 of each level, and 84 of motion. */
const TOKEN = 2 + LEVELS * 256 + 84;

/**
 * What CoTracker3 (Karaev et al., 2024) costs, by its published structure; the operations of all iterations are taken together. Beside linear
 * layers, convolutions and products of attention, `mac` has the products of patches and their bilinear sampling; resizing the encoder's
 * four maps to one size is element-wise work, 7 operations an element. Names are those of its state dict.
 * @throws MovtError bad_input for sizes that are none, and for pictures that it cannot take
 */
export function cotracker3Cost({ supportPoints, ...sizes }: Cotracker3Size): Cost {
  const action = 'counting CoTracker3';
  checkSizes(action, sizes);
  const { frames, points, width, height, iterations } = sizes;
  if (!Number.isSafeInteger(supportPoints) || supportPoints < 0) {
    throw badInput({ action, given: `supportPoints = ${supportPoints}`, needed: 'a whole number of at least 0' });
  }
  // The coarsest of the levels still has a pixel.
  const least = STRIDE * 2 ** (LEVELS - 1);
  if ([width, height].some((side) => side % STRIDE !== 0 || side < least)) {
    const needed = `multiples of ${STRIDE}, at least ${least}`;
    throw badInput({ action, given: `pictures of ${width}×${height}`, needed });
  }
  const tracked = points + supportPoints;
  const iteration = [...correlate(frames, tracked), ...update(frames, tracked)];
  return costOfOperations([
    ...encode(frames, width, height),
    ...pyramid(frames, width / STRIDE, height / STRIDE, tracked),
    ...iteration.map((operation) => repeated(operation, iterations)),
  ]);
}

/** An operation without parameters that no profiler of modules sees. */
const plain = (work: Work): Operation => ({ ...work, parameters: 0, thop: { macs: 0, parameters: 0 } });

/** Work on `elements`, each read and written once. */
function elementwise(name: string, kernel: string, elements: number, flops: number): Operation {
  return plain({ name, kernel, macs: 0, flops: elements * flops, bytes: 2 * 4 * elements });
}

/** torch.nn.Conv2d with a bias, and padding that keeps the size but for the stride. */
function convolve(name: string, frames: number, from: Picture, channels: number, kernel: number, stride = 1) {
  const to: Picture = {
    width: Math.ceil(from.width / stride),
    height: Math.ceil(from.height / stride),
    channels,
  };
  const elements = frames * to.width * to.height * channels;
  const macs = elements * from.channels * kernel ** 2;
  const parameters = channels * (from.channels * kernel ** 2 + 1);
  const read = frames * from.width * from.height * from.channels;
  const operation: Operation = {
    name,
    kernel: 'conv2d',
    macs,
    flops: 2 * macs + elements,
    bytes: 4 * (read + parameters + elements),
    parameters,
    thop: { macs, parameters },
  };
  return { operation, to, elements };
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** torch.nn.InstanceNorm2d without parameters, with ReLU where that follows. */
function instanceNorm(name: string, elements: number, relu: boolean): Operation {
  const work = elementwise(name, 'instance_norm', elements, 5 + (relu ? 1 : 0));
  return { ...work, thop: { macs: 2 * elements, parameters: 0 } };
}

/** The features of every frame: a residual network whose four stages are brought to one size. */
function encode(frames: number, width: number, height: number): Operation[] {
  const operations: Operation[] = [];
  const block = (name: string, from: Picture, channels: number, stride: number): Picture => {
    const first = convolve(`${name}.conv1`, frames, from, channels, 3, stride);
    const second = convolve(`${name}.conv2`, frames, first.to, channels, 3);
    operations.push(first.operation, instanceNorm(`${name}.norm1`, first.elements, true));
    operations.push(second.operation, instanceNorm(`${name}.norm2`, second.elements, true));
    if (stride > 1) {
      const skip = convolve(`${name}.downsample.0`, frames, from, channels, 1, stride);
      operations.push(skip.operation, instanceNorm(`${name}.downsample.1`, skip.elements, false));
    }
    operations.push(elementwise(`${name}.add`, 'add_relu', second.elements, 2));
    return second.to;
  };

  operations.push(elementwise('normalise', 'scale', frames * width * height * 3, 2));
  const first = convolve('fnet.conv1', frames, { width, height, channels: 3 }, 64, 7, 2);
  operations.push(first.operation, instanceNorm('fnet.norm1', first.elements, true));
  let picture = first.to;
  const size = { width: width / STRIDE, height: height / STRIDE };
  let channels = 0;
  for (const [i, [stage, stride]] of (
    [
      [64, 1],
      [96, 2],
      [128, 2],
      [128, 2],
    ] as const
  ).entries()) {
    picture = block(`fnet.layer${i + 1}.0`, picture, stage, stride);
    picture = block(`fnet.layer${i + 1}.1`, picture, stage, 1);
    channels += stage;
  }
  operations.push(elementwise('fnet.resize', 'resize', frames * size.width * size.height * channels, 7));
  const joined = convolve('fnet.conv2', frames, { ...size, channels }, 2 * CHANNELS, 3);
  operations.push(joined.operation, instanceNorm('fnet.norm2', joined.elements, true));
  operations.push(convolve('fnet.conv3', frames, joined.to, CHANNELS, 1).operation);
  return operations;
}

/** Features of length 1 at four levels, and each query's patches of them. */
function pyramid(frames: number, width: number, height: number, points: number): Operation[] {
  const operations = [elementwise('fmaps.normalise', 'normalise', frames * width * height * CHANNELS, 3)];
  for (let level = 1; level < LEVELS; level++) {
    const pixels = Math.floor(width / 2 ** level) * Math.floor(height / 2 ** level);
    operations.push(elementwise(`fmaps.level${level}`, 'average_pool', frames * pixels * CHANNELS, 4));
  }
  return [...operations, sample('queries.patches', points)];
}

/** Bilinear samples of a patch at every level: four multiply-accumulates each. */
function sample(name: string, patches: number): Operation {
  const samples = patches * LEVELS * PATCH * CHANNELS;
  return plain({ name, kernel: 'sample', macs: 4 * samples, flops: 8 * samples, bytes: 2 * 4 * samples });
}

/** torch.nn.Linear, with what follows it. */
function linear(name: string, m: number, k: number, n: number, more: Partial<MatmulProblem> = {}): Operation {
  const work = workOf(name, matmul, { m, n, k, bias: true, ...more });
  const parameters = n * (k + 1);
  return { ...work, parameters, thop: { macs: work.macs, parameters } };
}

/** Each point's surroundings in each frame against those of its query. */
function correlate(frames: number, points: number): Operation[] {
  const rows = frames * points * LEVELS;
  const products = { m: PATCH, n: PATCH, k: CHANNELS, batch: rows, batchedWeight: true };
  return [
    sample('correlation.patches', frames * points),
    plain(workOf('correlation.products', matmul, products)),
    linear('corr_mlp.fc1', rows, PATCH ** 2, WIDTH, { activation: 'gelu' }),
    linear('corr_mlp.fc2', rows, WIDTH, 256),
  ];
}

/** One pass of the transformer over points and time, and the update of the tracks. */
function update(frames: number, points: number): Operation[] {
  const former = 'updateformer';
  const tokens = frames * points;
  const all = points + VIRTUAL_TRACKS;
  const operations = [
    // Differences and their shares of the picture; 40 scaled, 40 shifted, 80 sines.
    elementwise('motion encoding', 'sine_encoding', tokens, 4 + 4 + 40 + 40 + 80),
    elementwise('time embedding', 'add', tokens * TOKEN, 1),
    linear(`${former}.input_transform`, tokens, TOKEN, WIDTH),
    {
      ...elementwise(`${former}.virual_tracks`, 'repeat', VIRTUAL_TRACKS * frames * WIDTH, 0),
      parameters: VIRTUAL_TRACKS * WIDTH,
    },
  ];
  for (let round = 0; round < ROUNDS; round++) {
    operations.push(
      ...attentionBlock(`${former}.time_blocks.${round}`, { batch: all, queries: frames, keys: frames }),
      ...attentionBlock(`${former}.space_virtual2point_blocks.${round}`, {
        batch: frames,
        queries: VIRTUAL_TRACKS,
        keys: points,
        cross: true,
      }),
      ...attentionBlock(`${former}.space_virtual_blocks.${round}`, {
        batch: frames,
        queries: VIRTUAL_TRACKS,
        keys: VIRTUAL_TRACKS,
      }),
      ...attentionBlock(`${former}.space_point2virtual_blocks.${round}`, {
        batch: frames,
        queries: points,
        keys: VIRTUAL_TRACKS,
        cross: true,
      }),
    );
  }
  return [
    ...operations,
    linear(`${former}.flow_head`, tokens, WIDTH, 2),
    linear(`${former}.vis_conf_head`, tokens, WIDTH, 2),
    elementwise('tracks.update', 'add', tokens * 4, 1),
  ];
}

/** torch.nn.LayerNorm, without parameters unless it is `affine`. */
function norm(name: string, rows: number, affine: boolean): Operation {
  const elements = rows * WIDTH;
  const parameters = affine ? 2 * WIDTH : 0;
  const work = workOf(name, layernorm, { rows, width: WIDTH, eps: 1e-6, residual: false });
  return {
    ...work,
    // The kernel scales and shifts, 2 operations an element.
    flops: work.flops - (affine ? 0 : 2 * elements),
    bytes: work.bytes - (affine ? 0 : 4 * 2 * WIDTH),
    parameters,
    thop: { macs: (affine ? 4 : 2) * elements, parameters },
  };
}

interface Tokens {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  /** Whether the keys are other tokens, with a norm of their own. */
  readonly cross?: boolean;
}

/** A pre-norm transformer block. */
function attentionBlock(name: string, { batch, queries, keys, cross = false }: Tokens): Operation[] {
  const rows = batch * queries;
  const attend = `${name}.${cross ? 'cross_attn' : 'attn'}`;
  const heads = { heads: HEADS, headDim: WIDTH / HEADS, mask: false, layout: 'separate' } as const;
  return [
    norm(`${name}.norm1`, rows, false),
    ...(cross ? [norm(`${name}.norm_context`, batch * keys, true)] : []),
    linear(`${attend}.to_q`, rows, WIDTH, WIDTH),
    linear(`${attend}.to_kv`, batch * keys, WIDTH, 2 * WIDTH),
    plain(workOf(attend, attention, { batch, queries, keys, ...heads })),
    linear(`${attend}.to_out`, rows, WIDTH, WIDTH, { residual: true }),
    norm(`${name}.norm2`, rows, false),
    linear(`${name}.mlp.fc1`, rows, WIDTH, 4 * WIDTH, { activation: 'gelu_tanh' }),
    linear(`${name}.mlp.fc2`, rows, 4 * WIDTH, WIDTH, { residual: true }),
  ];
}

import type { AdapterTraits } from '../../runtime/context.ts';
import type { TunedValues, Tuning } from '../../runtime/kernel.ts';
import type { Flags } from '../../runtime/preprocess.ts';
import elementsSource from './gemm_elements.wgsl';
import rowsSource from './gemm_rows.wgsl';
import tiledSource from './gemm_tiled.wgsl';

/** How matrix products are cut into tiles on an adapter; the WGSL snippet that computes one, and what it needs. */
export interface Tile {
  /** Goes before the kernel's own source, which has the flag VEC4 and finds the types Element and Weight: it may hold an `enable`. */
  readonly source: string;
  readonly flags: Flags;
  readonly overrides: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly columns: number;
  readonly threads: number;
}

/**
 * A form of gemm_tiled.wgsl: threads down and across, and quads of k in a stage. Each thread stages one or two quads of the weight, and at
 * most one of x: threadsM is 4 or 2 times stageQuads, threadsN at least 4 times. What `bench isa` shows of these three on AMD's GPUs:
 * 8 waves or more, 85 % multiply-adds or more, at most 16 KiB of workgroup memory, which any device has.
 */
type TiledForm = readonly [threadsM: number, threadsN: number, stageQuads: number];

/** Low tiles, so that few rows still make several workgroups; as wide as movt-base's tokens. */
const WHOLE_ROWS: TiledForm = [4, 64, 2];
/** Large tiles read less; small ones keep more of the GPU busy when the product itself is small. */
const LARGE: TiledForm = [16, 16, 4];
const SMALL: TiledForm = [8, 16, 4];

/** Subgroup sizes for which gemm_rows.wgsl hands x round by broadcast: lavapipe's and SwiftShader's. */
const BROADCAST_LANES: readonly number[] = [8, 4];

/** Threads of a workgroup where there are no subgroups to fit. */
const PLAIN_LANES = 8;

export interface TileRequest {
  readonly rows: number;
  readonly columns: number;
  /** The tile should be wide and low: one workgroup will go over all columns of its rows. */
  readonly wholeRows?: boolean;
  /** Where one thread can, it should read and write whole rows: steps on the same rows then need no barrier between them. */
  readonly ownRows?: boolean;
  /** The weight is stored [k,n]. */
  readonly weightKN?: boolean;
  /** Operands that are loaded in blocks of 4 × 4, since their rows of whole vec4s lie across k: see the contract in gemm_rows.wgsl. */
  readonly xBlocks?: boolean;
  readonly wBlocks?: boolean;
  /** Weights and biases are stored as f16; sums are f32 all the same. */
  readonly halfWeights?: boolean;
  /** What measuring chose: values that tileTuning offers. */
  readonly tuned?: TunedValues | undefined;
}

/** How tiles can be cut otherwise than chooseTile would by itself. */
export const tileTuning: Pick<Tuning<unknown>, 'parameters' | 'allows'> = {
  parameters: ({ software, subgroupSize }) =>
    software
      ? { OWN_ROWS: [0, 1], SUBGROUPS: BROADCAST_LANES.includes(subgroupSize) ? [0, 1] : [0] }
      : { THREADS_M: [4, 8, 16, 32], THREADS_N: [4, 8, 16, 32, 64], STAGE_QUADS: [1, 2, 4, 8] },
  allows: (values, traits, limits) =>
    isTile(values, traits) &&
    (traits.software ||
      (values.THREADS_M * values.THREADS_N <= limits.maxComputeInvocationsPerWorkgroup &&
        (values.THREADS_M + values.THREADS_N) * 4 * (values.STAGE_QUADS + 1) * 16 <=
          limits.maxComputeWorkgroupStorageSize)),
};

/** Whether the tile snippets can be compiled to these values: they are among those offered, and a stage is not more than its threads load. */
function isTile(values: TunedValues, traits: AdapterTraits): boolean {
  const parameters = Object.entries(tileTuning.parameters(traits));
  if (!parameters.every(([name, offered]) => offered.includes(values[name]))) return false;
  const { THREADS_M, THREADS_N, STAGE_QUADS } = values;
  // Of x at most one load a thread, of the weight one or two.
  const loads = THREADS_M / STAGE_QUADS;
  return traits.software || (4 * STAGE_QUADS <= THREADS_N && loads >= 2 && loads <= 4);
}

/** The tile for a product of `rows` × `columns` on an adapter. */
export function chooseTile(
  traits: AdapterTraits,
  {
    rows,
    columns,
    wholeRows = false,
    weightKN = false,
    halfWeights = false,
    xBlocks = false,
    wBlocks = false,
    ...request
  }: TileRequest,
): Tile {
  const tuned = request.tuned && isTile(request.tuned, traits) ? request.tuned : undefined;
  if (traits.software) {
    const { OWN_ROWS, SUBGROUPS = 1 } = tuned ?? {};
    const ownRows = OWN_ROWS === undefined ? (request.ownRows ?? false) : OWN_ROWS === 1;
    const subgroupLanes = SUBGROUPS === 1 && BROADCAST_LANES.includes(traits.subgroupSize) ? traits.subgroupSize : 0;
    const lanes = subgroupLanes || PLAIN_LANES;
    const handed = subgroupLanes === 8 ? 32 : 16; // HANDED in gemm_rows.wgsl
    const rowsOfTile = ownRows ? 4 * lanes : handed;
    return {
      source: rowsSource + elementsSource,
      flags: {
        SUBGROUPS: subgroupLanes > 0,
        SUBGROUPS_8: subgroupLanes === 8,
        SUBGROUPS_4: subgroupLanes === 4,
        OWN_ROWS: ownRows,
        X_BLOCKS: xBlocks,
        W_BLOCKS: wBlocks,
        HANDED_BLOCKS: subgroupLanes > 0 && (ownRows ? wBlocks : xBlocks),
        TILED: false,
        HALF_WEIGHTS: halfWeights,
      },
      overrides: { TILE_ROWS: rowsOfTile },
      rows: rowsOfTile,
      columns: ownRows ? handed : 4 * lanes,
      threads: lanes,
    };
  }
  const chosen = wholeRows ? WHOLE_ROWS : tiledForm(rows, columns);
  const [threadsM, threadsN, stageQuads] = tuned ? [tuned.THREADS_M, tuned.THREADS_N, tuned.STAGE_QUADS] : chosen;
  const threads = threadsM * threadsN;
  return {
    source: tiledSource + elementsSource,
    flags: {
      WEIGHT_KN: weightKN,
      X_BLOCKS: xBlocks,
      W_BLOCKS: wBlocks,
      TWO_COLUMNS: !wBlocks && 4 * threadsN * stageQuads > threads,
      TILED: true,
      HALF_WEIGHTS: halfWeights,
    },
    overrides: {
      THREADS_M: threadsM,
      THREADS_N: threadsN,
      STAGE_QUADS: stageQuads,
      TILE_ROWS: 4 * threadsM,
      STAGE_ROW: stageQuads + 1,
      X_STAGE_LENGTH: 4 * threadsM * (stageQuads + 1),
      W_STAGE_LENGTH: 4 * threadsN * (stageQuads + 1),
    },
    rows: 4 * threadsM,
    columns: 4 * threadsN,
    threads,
  };
}

function tiledForm(rows: number, columns: number): TiledForm {
  const largeTiles = Math.ceil(rows / 64) * Math.ceil(columns / 64);
  return largeTiles >= 64 ? LARGE : SMALL;
}

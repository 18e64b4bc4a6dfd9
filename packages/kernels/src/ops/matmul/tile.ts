import type { AdapterTraits } from '../../runtime/context.ts';
import type { TunedValues, Tuning } from '../../runtime/kernel.ts';
import type { Flags } from '../../runtime/preprocess.ts';
import rowsSource from './gemm_rows.wgsl';
import tiledSource from './gemm_tiled.wgsl';

/** How matrix products are cut into tiles on an adapter; the WGSL snippet that computes one, and what it needs. */
export interface Tile {
  /** Goes before the kernel's own source: it may hold an `enable`. */
  readonly source: string;
  readonly flags: Flags;
  readonly overrides: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly columns: number;
  readonly threads: number;
}

/** Elements of a row or column that gemm_tiled.wgsl stages at a time; the same number stands there. */
const K_TILE = 16;

/** Low tiles, so that few rows still make several workgroups; 128 columns stay within the 16 KiB of workgroup memory that any device has. */
const WHOLE_ROWS_THREADS = [4, 32] as const;

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
      : { THREADS_M: [4, 8, 16, 32], THREADS_N: [4, 8, 16, 32, 64] },
  allows: (values, { software }, limits) => {
    if (software) return true;
    const { THREADS_M: threadsM, THREADS_N: threadsN } = values;
    return (
      threadsM * threadsN >= 16 &&
      threadsM * threadsN <= limits.maxComputeInvocationsPerWorkgroup &&
      K_TILE * (threadsM + threadsN + 2) * 16 <= limits.maxComputeWorkgroupStorageSize
    );
  },
};

/** Whether values are among those that tileTuning offers here. */
function isOffered(values: TunedValues | undefined, traits: AdapterTraits): values is TunedValues {
  return Object.entries(tileTuning.parameters(traits)).every(
    ([name, offered]) => values !== undefined && offered.includes(values[name]),
  );
}

/** The tile for a product of `rows` × `columns` on an adapter. */
export function chooseTile(
  traits: AdapterTraits,
  { rows, columns, wholeRows = false, weightKN = false, halfWeights = false, ...request }: TileRequest,
): Tile {
  const tuned = isOffered(request.tuned, traits) ? request.tuned : undefined;
  if (traits.software) {
    const { OWN_ROWS, SUBGROUPS = 1 } = tuned ?? {};
    const ownRows = OWN_ROWS === undefined ? (request.ownRows ?? false) : OWN_ROWS === 1;
    const subgroupLanes = SUBGROUPS === 1 && BROADCAST_LANES.includes(traits.subgroupSize) ? traits.subgroupSize : 0;
    const lanes = subgroupLanes || PLAIN_LANES;
    const rowsOfTile = ownRows ? 4 * lanes : 16;
    return {
      source: rowsSource,
      flags: {
        SUBGROUPS_8: subgroupLanes === 8,
        SUBGROUPS_4: subgroupLanes === 4,
        OWN_ROWS: ownRows,
        TILED: false,
        HALF_WEIGHTS: halfWeights,
      },
      overrides: { TILE_ROWS: rowsOfTile },
      rows: rowsOfTile,
      columns: ownRows ? 16 : 4 * lanes,
      threads: lanes,
    };
  }
  const chosen = wholeRows ? WHOLE_ROWS_THREADS : tiledThreads(rows, columns);
  const [threadsM, threadsN] = tuned ? [tuned.THREADS_M, tuned.THREADS_N] : chosen;
  return {
    source: tiledSource,
    flags: { WEIGHT_KN: weightKN, TILED: true, HALF_WEIGHTS: halfWeights },
    overrides: {
      THREADS_M: threadsM,
      THREADS_N: threadsN,
      TILE_ROWS: 4 * threadsM,
      X_STAGE_LENGTH: K_TILE * (threadsM + 1),
      W_STAGE_LENGTH: K_TILE * (threadsN + 1),
    },
    rows: 4 * threadsM,
    columns: 4 * threadsN,
    threads: threadsM * threadsN,
  };
}

/** Large tiles read less; small ones keep more of the GPU busy when the product itself is small. */
function tiledThreads(rows: number, columns: number): [number, number] {
  const largeTiles = Math.ceil(rows / 64) * Math.ceil(columns / 64);
  return largeTiles >= 64 ? [16, 16] : [8, 8];
}

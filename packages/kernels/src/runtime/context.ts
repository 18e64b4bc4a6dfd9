import { badInput, DeviceLostError, limitExceeded, MovtError } from './errors.ts';
import type { TuningTable } from './kernel.ts';
import { waitPatiently } from './patience.ts';
import { createPipelineCache, type PipelineCache } from './pipeline.ts';

/** What kernels look at when they choose a variant for an adapter. */
export interface AdapterTraits {
  /** A CPU pretends to be a GPU: workgroup memory is slow there, and so is compiling. */
  readonly software: boolean;
  /** Lanes in a subgroup when the adapter has subgroups of one fixed size, else 0. */
  readonly subgroupSize: number;
  readonly f16: boolean;
  readonly timestamps: boolean;
  /** What was found by measuring on this adapter. */
  readonly tuned?: TuningTable;
}

/** The adapter's own words about itself, and what follows from them. */
export interface AdapterDescription {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
}

/** GPU objects that a context has made since it began. A plan in steady state adds none. */
export interface ObjectCounts {
  buffers: number;
  bindGroups: number;
  pipelines: number;
}

/** One device with everything that is shared on it: pipelines, memory accounting, loss. */
export interface GpuContext {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly traits: AdapterTraits;
  readonly limits: GPUSupportedLimits;
  readonly pipelines: PipelineCache;
  /** Set once the device is lost; every later call throws it. */
  readonly lost: DeviceLostError | undefined;
  /** Bytes in buffers that were made here and not destroyed. */
  readonly liveBytes: number;
  /** The most that were alive at once since the context was opened, or since `resetPeak`. */
  readonly peakBytes: number;
  readonly created: Readonly<ObjectCounts>;
  /** Throws DeviceLostError when the device is gone; `action` says what was being done. */
  assertAlive(action: string): void;
  /** Waits for `work` of the device; a rejection that comes from its loss becomes DeviceLostError. */
  guard<T>(action: string, work: Promise<T>): Promise<T>;
  createBuffer(label: string, byteLength: number, usage: GPUBufferUsageFlags): GPUBuffer;
  createBindGroup(descriptor: GPUBindGroupDescriptor): GPUBindGroup;
  /** Destroys a buffer of this context; a second call does nothing. */
  destroyBuffer(buffer: GPUBuffer): void;
  /** From now on `peakBytes` counts from what is alive now. */
  resetPeak(): void;
  /** Destroys all buffers of this context, and the device unless a caller brought it. */
  destroy(): void;
}

/** Features that kernels can use; requested in one list, where the adapter has them. */
const WANTED_FEATURES = ['timestamp-query', 'subgroups', 'shader-f16'] as const;

/** Limits raised to what the adapter offers: the defaults stop at 8 storage buffers and 128 MiB bindings. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Either a GPU to request a device from (see platform/), or a device of the caller's own. */
export type ContextSource = ({ gpu: GPU } | { device: GPUDevice }) & {
  /** Finds what was tuned for an adapter, such as `readTuning` of @movt/kernels/tuning/file; left out, kernels choose by themselves. */
  tuning?: (adapter: AdapterDescription) => Promise<TuningTable>;
};

/**
 * Opens a context.
 *
 * `{ gpu }`: requests an adapter and a device with every feature and limit that kernels can use.
 * `{ device }`: uses the caller's device as it is; it is never destroyed here.
 *
 * @throws MovtError `no_adapter` when there is no adapter.
 */
export async function createContext(source: ContextSource): Promise<GpuContext> {
  const tuned = async (info: GPUAdapterInfo) => await source.tuning?.(describeAdapter(info));
  if ('device' in source) {
    const { device } = source;
    return contextOf(device, device.adapterInfo, false, await tuned(device.adapterInfo));
  }
  const adapter = await source.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new MovtError(
      'no_adapter',
      'opening a GPU: WebGPU offers no adapter here. Run `movt info --adapter list` to see what was tried.',
    );
  }
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  return contextOf(device, adapter.info, true, await tuned(adapter.info));
}

function contextOf(
  device: GPUDevice,
  info: GPUAdapterInfo,
  owned: boolean,
  tuned: TuningTable | undefined,
): GpuContext {
  const buffers = new Map<GPUBuffer, number>();
  const created: ObjectCounts = { buffers: 0, bindGroups: 0, pipelines: 0 };
  let liveBytes = 0;
  let peakBytes = 0;
  let lost: DeviceLostError | undefined;
  const loss = device.lost.then(({ reason, message }) => {
    lost ??= new DeviceLostError('using the GPU', reason, message);
    return lost;
  });
  const adapter = describeAdapter(info);
  const context: GpuContext = {
    device,
    adapter,
    traits: {
      software: info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(adapter.name),
      subgroupSize:
        device.features.has('subgroups') && info.subgroupMinSize === info.subgroupMaxSize ? info.subgroupMinSize : 0,
      f16: device.features.has('shader-f16'),
      timestamps: device.features.has('timestamp-query'),
      ...(tuned && { tuned }),
    },
    limits: device.limits,
    pipelines: createPipelineCache(device, () => created.pipelines++),
    get lost() {
      return lost;
    },
    get liveBytes() {
      return liveBytes;
    },
    get peakBytes() {
      return peakBytes;
    },
    created,
    assertAlive(action) {
      if (lost) throw new DeviceLostError(action, lost.reason, '');
    },
    async guard(action, work) {
      try {
        return await (context.traits.software ? waitPatiently(work) : work);
      } catch (error) {
        // A map or a compile that loss interrupted rejects first; the loss itself is told a moment later.
        const told = await Promise.race([loss, new Promise<undefined>((resolve) => setTimeout(resolve, 100))]);
        throw told ? new DeviceLostError(action, told.reason, '') : error;
      }
    },
    createBuffer(label, byteLength, usage) {
      context.assertAlive(`allocating ${label}`);
      if (!Number.isSafeInteger(byteLength) || byteLength <= 0) {
        throw badInput({
          action: `allocating ${label}`,
          given: `${byteLength} bytes`,
          needed: 'a positive whole number',
        });
      }
      const size = Math.ceil(byteLength / 4) * 4;
      if (size > device.limits.maxBufferSize) {
        throw limitExceeded({
          action: `allocating ${label}`,
          given: `${size} bytes`,
          needed: `at most ${device.limits.maxBufferSize} (maxBufferSize of ${adapter.name})`,
          fix: 'Use fewer clips, frames or points at once.',
        });
      }
      const buffer = device.createBuffer({ label, size, usage });
      buffers.set(buffer, size);
      created.buffers++;
      liveBytes += size;
      peakBytes = Math.max(peakBytes, liveBytes);
      return buffer;
    },
    createBindGroup(descriptor) {
      created.bindGroups++;
      return device.createBindGroup(descriptor);
    },
    destroyBuffer(buffer) {
      liveBytes -= buffers.get(buffer) ?? 0;
      if (buffers.delete(buffer)) buffer.destroy();
    },
    resetPeak() {
      peakBytes = liveBytes;
    },
    destroy() {
      for (const buffer of [...buffers.keys()]) context.destroyBuffer(buffer);
      lost ??= new DeviceLostError('using the GPU', 'destroyed', 'the context was closed');
      if (owned) device.destroy();
    },
  };
  return context;
}

/** The same context to whatever looks at its traits differently: to run a variant that this adapter would not choose. */
export function withTraits(context: GpuContext, traits: AdapterTraits): GpuContext {
  return Object.create(context, { traits: { value: traits, enumerable: true } });
}

function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const { vendor, architecture } = info;
  // Dawn puts the driver's own name into `description` and a slug or a number into `device`.
  return {
    name: info.description || info.device || `${vendor} ${architecture}`.trim() || 'unnamed adapter',
    vendor,
    architecture,
  };
}

let instance: GPU | undefined;

/** Dawn as it is where nobody asks for exact timestamps, and as browsers are: timestamps are rounded. For Node; one for the process, see nodeGpu. */
export async function roundingGpu(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  instance ??= create(['enable-dawn-features=allow_unsafe_apis,timestamp_quantization']);
  return instance;
}

/** Which Vulkan driver this process runs on, and why. */
export interface ChosenDriver {
  /** What was asked for: a word of `--adapter`, or the path of a driver's .json. */
  request: string;
  /**
   * `gpu`, `lavapipe`, `swiftshader`, `file`; `native` where WebGPU does not stand on Vulkan (macOS, Windows); `none` where only a real
   * GPU would do and there is none.
   */
  kind: 'gpu' | 'lavapipe' | 'swiftshader' | 'file' | 'native' | 'none';
  /** One line for a person: the adapter, where its driver was found, what else there is to say. */
  note: string;
}

/** What a command needs: any adapter, software too; a real GPU, but it can do without; none at all. */
export type GpuNeed = 'any' | 'real' | 'none';

/** The environment variable that carries the choice to this process and its children, as JSON. */
export const CHOSEN_DRIVER = 'MOVT_CHOSEN_DRIVER';

/** The choice that choose-driver.ts made for this process; undefined where none was made (a browser, Deno on its own). */
export function chosenDriver(): ChosenDriver | undefined {
  const json = globalThis.process?.env[CHOSEN_DRIVER];
  return json ? JSON.parse(json) : undefined;
}

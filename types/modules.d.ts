/** `.wgsl` files are imported as text (esbuild's text loader). */
declare module '*.wgsl' {
  const source: string;
  export default source;
}

/** The folder `browser/` beside the importing file, bundled for browsers by tools/page.mjs. */
declare module '*/browser.bundle' {
  const page: {
    /** The document, which names the files below `page/`. */
    readonly html: string;
    /** All that it may load. A name changes with what is in the file. */
    readonly files: readonly { readonly name: string; readonly type: string; readonly text: string }[];
    /** Names of those without which nothing is seen. */
    readonly first: readonly string[];
  };
  export default page;
}

/** wgsl-preprocessor 1.0.1 ships no types and only this deep entry can be imported. */
declare module 'wgsl-preprocessor/wgsl-preprocessor.js' {
  export function wgsl(strings: TemplateStringsArray, ...values: unknown[]): string;
}

/** @ffmpeg/core 0.12.10 ships no types: the part that is used. */
declare module '@ffmpeg/core' {
  export interface FfmpegCore {
    FS: {
      writeFile(path: string, data: Uint8Array): void;
      readFile(path: string): Uint8Array;
      unlink(path: string): void;
    };
    exec(...args: string[]): number;
    reset(): void;
    setLogger(log: (line: { type: string; message: string }) => void): void;
  }
  export default function createFfmpegCore(options: { wasmBinary: Uint8Array }): Promise<FfmpegCore>;
}

/** An optional peer of movt, so not there when types are checked: the same interface as onnxruntime-web's. */
declare module 'onnxruntime-node' {
  export { env, InferenceSession, Tensor } from 'onnxruntime-web';
}

/** papaparse 5.7.1 ships no types: the part that is used. */
declare module 'papaparse' {
  interface ParseConfig {
    delimitersToGuess: string[];
    /** Called for each row, before `parse` returns. */
    step(row: { data: string[]; errors: { type: string; message: string }[] }): void;
  }
  const Papa: { parse(text: string, config: ParseConfig): void };
  export default Papa;
}

/** @saehrimnir/druidjs 0.7.3 ships no types: the part that is used. */
declare module '@saehrimnir/druidjs' {
  export class TSNE {
    constructor(rows: number[][], parameters: { perplexity: number; seed: number });
    transform(steps: number): ArrayLike<number>[];
  }
}

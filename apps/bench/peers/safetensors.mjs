import { readFileSync } from 'node:fs';

/** The tensors of a checkpoint in float32 by their names: { shape, data: Float32Array }. The file is one that movt wrote. */
export function readSafetensors(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...header } = JSON.parse(bytes.toString('utf8', 8, start));
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        if (dtype !== 'F32') throw new Error(`${path}: ${name} is ${dtype}; peers read F32`);
        // A copy: a tensor need not start at a multiple of four bytes.
        return [
          name,
          { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(start + begin, start + end)).buffer) },
        ];
      },
    ),
  );
}

import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import type { Command } from 'commander';
import { readCheckpoint } from '../checkpoint-file.ts';
import { encodeOnnx } from '../onnx/export.ts';
import { checkOutputs } from './outputs.ts';

interface ExportOptions {
  model: string;
  output: string;
}

/** `movt export`: a checkpoint in a format of others. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write a checkpoint as a file that other runtimes read')
    .requiredOption('--onnx', 'as ONNX: input tracks [B,T,N,3] of any B, T and N, output logits [B,outputs]')
    .requiredOption('--model <file>', 'the checkpoint (safetensors, or a folder with one)')
    .requiredOption('-o, --output <file>', 'the file to write')
    .action(async ({ model, output }: ExportOptions) => {
      await checkOutputs([output], [model]);
      const bytes = encodeOnnx(await readCheckpoint(model));
      await writeFileAtomic(output, bytes);
      console.log(`${output}: ONNX, ${(bytes.length / 1e6).toFixed(1)} MB`);
    });
}

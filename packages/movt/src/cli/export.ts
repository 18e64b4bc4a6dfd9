import { badInput } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import type { Command } from 'commander';
import { onlyMovt } from '../checkpoint.ts';
import { readModelCheckpoint, writeCheckpoint } from '../checkpoint-file.ts';
import { encodeOnnx } from '../onnx/export.ts';
import { encodeVideomaeOnnx } from '../onnx/export-videomae.ts';
import { checkOutputs } from './outputs.ts';
import { addClipSizes, type ClipSizeOptions, isVideomae } from './videomae-options.ts';

interface ExportOptions extends ClipSizeOptions {
  onnx?: true;
  safetensors?: true;
  model: string;
  output: string;
}

/** `movt export`: a checkpoint in a format of others, or others' in ours. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('write a checkpoint as a file that other runtimes read')
    .option(
      '--onnx',
      'as ONNX: input tracks [B,T,N,3] of any B, T and N, or video [B,T,S,S,3] of any B; output logits [B,outputs]',
    )
    .option('--safetensors', "as our own checkpoint: of a VideoMAE by others' names")
    .requiredOption('--model <file>', 'the checkpoint (safetensors or .pth, or a folder with one)')
    .requiredOption('-o, --output <file>', 'the file to write');
  addClipSizes(command).action(async ({ onnx, safetensors, model, output, ...clip }: ExportOptions) => {
    if (onnx === safetensors) {
      const given = onnx ? 'both --onnx and --safetensors' : 'neither --onnx nor --safetensors';
      throw badInput({ action: 'exporting', given, needed: 'one of them' });
    }
    await checkOutputs([output], [model]);
    const checkpoint = await readModelCheckpoint(model, clip);
    if (safetensors) {
      await writeCheckpoint(output, checkpoint);
      console.log(`${output}: a checkpoint`);
      return;
    }
    const bytes = isVideomae(checkpoint) ? encodeVideomaeOnnx(checkpoint) : encodeOnnx(onlyMovt(checkpoint, model));
    await writeFileAtomic(output, bytes);
    console.log(`${output}: ONNX, ${(bytes.length / 1e6).toFixed(1)} MB`);
  });
}

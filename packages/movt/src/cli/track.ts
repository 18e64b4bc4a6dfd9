import { writePng } from '@movt/tracker/image';
import type { Tracks } from '@movt/tracker/tracks';
import { writeTracks } from '@movt/tracker/tracks-file';
import type { Command } from 'commander';
import { costJson, costTable, trackingStages } from './cost.ts';
import { withGpu } from './gpu.ts';
import { addClipOptions, type ClipChoice } from './options.ts';
import { checkOutputs } from './outputs.ts';
import { drawTracks } from './picture/draw-tracks.ts';
import { progress } from './progress.ts';
import { type TrackedClip, trackClip } from './track-clip.ts';

interface TrackOptions extends ClipChoice {
  output: string;
  picture?: string;
  json?: true;
}

/** `movt track`: a video to a tracks file. */
export function addTrack(program: Command): void {
  const command = program
    .command('track')
    .description('follow points through a video or a folder of images and write a tracks file')
    .argument('<video>', 'a video, or a folder of PNG and JPEG images of one size')
    .requiredOption('-o, --output <file>', 'the tracks (safetensors)');
  addClipOptions(command, 'all')
    .option('--picture <file>', 'draw the tracks over the last frame, blue to red in time (PNG)')
    .option('--json', 'print one JSON document')
    .action(async (video: string, options: TrackOptions) => {
      const { output, picture, json } = options;
      await checkOutputs([output, ...(picture === undefined ? [] : [picture])], [video]);
      await withGpu(async (context) => {
        const clip = await trackClip(context, video, options);
        const stages = trackingStages(clip.cost, context.peakBytes);
        await saveTracks(output, clip, video);
        if (picture !== undefined) await savePicture(picture, clip);
        progress.end();
        const { tracks, warnings } = clip;
        if (json) {
          const { width, height, fps } = clip.picture;
          console.log(
            JSON.stringify({
              output,
              ...(picture !== undefined && { picture }),
              frame_count: tracks.T,
              point_count: tracks.N,
              width,
              height,
              fps,
              visible_share: visibleShare(tracks),
              warnings,
              timing: costJson(stages),
              adapter: context.adapter.name,
            }),
          );
          return;
        }
        console.log(describeTracks(output, clip));
        if (picture !== undefined) console.log(`${picture}: the tracks over the last frame, blue to red in time`);
        console.log(`\n${costTable(stages)}\nadapter: ${context.adapter.name}`);
      });
    });
}

/** Writes a tracks file of one clip; `source` says where it came from. */
export async function saveTracks(file: string, { tracks, picture }: TrackedClip, source: string): Promise<void> {
  await writeTracks(file, { clips: [tracks], picture, source });
}

/** Draws a clip's tracks over its last frame into a PNG. */
export async function savePicture(file: string, { lastFrame, tracks, picture }: TrackedClip): Promise<void> {
  progress.stage(`drawing ${file}`);
  const seconds = picture.fps > 0 ? (tracks.T - 1) / picture.fps : 0;
  await writePng(file, drawTracks(lastFrame, tracks, seconds));
}

/** One line on what a tracks file holds. */
export function describeTracks(file: string, { tracks, picture }: TrackedClip): string {
  const percent = (100 * visibleShare(tracks)).toFixed(0);
  const size = `${tracks.T} frames of ${picture.width}×${picture.height} at ${picture.fps.toFixed(2)} a second`;
  return `${file}: ${tracks.N} points through ${size}, visible in ${percent} %`;
}

function visibleShare({ data, T, N }: Tracks): number {
  let hidden = 0;
  for (let i = 2; i < data.length; i += 3) hidden += data[i];
  return 1 - hidden / (T * N);
}

import { type Command, Option } from 'commander';
import { JESTER } from '../video-sets/jester-names.ts';
import { LAYOUTS } from '../video-sets/read-folder.ts';
import { makeVideos, type VideosRequest } from './make-videos.ts';
import { wholeNumber } from './options.ts';
import { progress } from './progress.ts';

const HELP = `
Layouts, below SOURCE:
  jester  20bn-jester-v1/ID/00001.jpg …, jester-v1-labels.csv with a class a line, jester-v1-train.csv, -validation.csv and
          -test.csv with id;label a line
  ssv2    20bn-something-something-v2/ID.webm, something-something-v2-labels.json, -train.json, -validation.json, -test.json
Lists may be named without their prefix (train.csv) and lie in SOURCE/labels. Where the test list has no labels, those of
test-answers.csv are used, or its clips are left out.
A run that was interrupted goes on where it was when it is started again.`;

/** `movt data videos`: a video set to what each model takes, aligned clip by clip. */
export function addVideos(data: Command): void {
  data
    .command('videos')
    .description(
      'a set of videos into tracks, pixels and small frames of the same clips: what MovT, PixT and VideoMAE take',
    )
    .argument('<source>', 'the folder of the set')
    .addOption(new Option('--layout <name>', 'how the set lies on disk').choices(LAYOUTS).makeOptionMandatory())
    .requiredOption('-o, --output <folder>', 'for tracks, pixels and video.safetensors, and cost.json')
    .option('--labels <folder>', 'of the lists, where they are elsewhere')
    .option('--subset <file>', 'keep these classes: a name a line, or a JSON list')
    .option('--boxes <file>', `boxes of what matters, by id and frame (${JESTER.boxes} of SOURCE where it is there)`)
    .option('--frames <count>', 'for tracks and pixels, evenly from each video', wholeNumber('--frames', 2, 1024), 32)
    .option('--points <count>', 'of a clip, and pixels of a frame', wholeNumber('--points', 1, 4096), 48)
    .option(
      '--video-frames <count>',
      'for VideoMAE, evenly from those frames',
      wholeNumber('--video-frames', 1, 1024),
      16,
    )
    .option('--size <pixels>', 'along either side of a frame for VideoMAE', wholeNumber('--size', 16, 1024), 64)
    .addHelpText('after', HELP)
    .action(async (source: string, options: VideosRequest) => {
      const { clips, classes } = await makeVideos(source, options);
      progress.end();
      const { output, frames, points, videoFrames, size } = options;
      const shapes = `${frames} frames × ${points} points and ${videoFrames} frames of ${size}×${size}`;
      console.log(`${output}: ${clips} clips of ${classes} classes, ${shapes}`);
    });
}

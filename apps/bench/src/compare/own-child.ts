// A process that measures a kernel of the user's own: its arguments are a WGSL file and its spec.
import { basename } from 'node:path';
import { problemLabel } from '../measure/labels.ts';
import type { Subject } from '../measure/prepare.ts';
import { ownSubjects } from '../own/own-kernel.ts';
import { serve } from './serve.ts';

const [wgsl, spec] = process.argv.slice(2);

serve(async () => {
  const subjects = await ownSubjects(wgsl, spec);
  // Rows are those of the spec, which both sides share: files to compare have different names.
  return subjects.map((subject) => ({
    kernel: basename(spec).replace(/\.[^.]+$/, ''),
    problem: problemLabel(subject.problem),
    subject: subject as unknown as Subject,
  }));
});

import { SETTINGS } from '../environment.ts';

/** What `movt-worker --help` prints. */
export function helpText(): string {
  const names = Object.values(SETTINGS).map(({ name }) => name);
  const width = Math.max(...names.map(({ length }) => length));
  const rows = Object.values(SETTINGS).map(({ name, fallback, meaning }) => {
    return `  ${name.padEnd(width)}  ${meaning}${fallback && ` (${fallback})`}`;
  });
  return `movt-worker: serves movt over HTTP: Open Inference Protocol v2, videos, and a page

  --help             this
  --adapter <which>  auto, gpu, lavapipe, swiftshader, a Vulkan driver's .json, or list: shows what there is

All else is set by the environment:
${rows.join('\n')}

SIGTERM and SIGINT answer what was accepted, then stop; SIGHUP loads all models anew.`;
}

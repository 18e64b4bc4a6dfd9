import { existsSync } from 'node:fs';

/**
 * Starts a command of this workspace from its bundle, dist/NAME.mjs, on a Vulkan driver that works here.
 *
 * @param gpuNeed a module of dist/ whose gpuNeed() says what a command line needs of a GPU; without it, that is any
 */
export async function launch(name, gpuNeed) {
  const dist = new URL('../dist/', import.meta.url);
  const main = new URL(`${name}.mjs`, dist);
  if (!existsSync(main)) {
    console.error(`${name}: ${main.pathname} is missing: run \`npx -y pnpm@10.34.9 build\` first`);
    process.exit(2);
  }
  const environment = await import(new URL('vulkan-env.mjs', dist).href);
  const needs = gpuNeed && (await import(new URL(gpuNeed, dist).href)).gpuNeed;
  await environment.launch(name, main, needs);
}

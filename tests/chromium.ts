import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where Chromium is unpacked, once a checkout; named by the version of @sparticuz/chromium. */
const FOLDER = resolve('node_modules/.cache/movt/chromium-147.0.0');

/** Its own font alone: the same page everywhere. Without any, Chromium ends itself. */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${FOLDER}/fonts/fonts</dir><cachedir>${FOLDER}/fonts/cache</cachedir></fontconfig>
`;

export interface ChromiumOptions {
  /** WebGPU on SwiftShader, with exact timestamps. */
  readonly webgpu: boolean;
  /** Whether the user allows the camera, which shows a test picture. */
  readonly camera: boolean;
}

/** A headless Chromium. */
export async function launchChromium({ webgpu, camera }: ChromiumOptions): Promise<Browser> {
  await unpack();
  // Chromium brings its own Vulkan driver; that of the tests is not for it.
  const { VK_ICD_FILENAMES: _, VK_DRIVER_FILES: __, ...env } = process.env;
  return chromium.launch({
    executablePath: join(FOLDER, 'chromium'),
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      `--use-fake-ui-for-media-stream${camera ? '' : '=deny'}`,
      ...(webgpu
        ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-webgpu-developer-features']
        : ['--disable-features=WebGPU']),
    ],
    env: {
      ...(env as Record<string, string>),
      LD_LIBRARY_PATH: join(FOLDER, 'al2023/lib'),
      FONTCONFIG_PATH: join(FOLDER, 'fonts'),
    },
  });
}

/** Unpacks Chromium, its libraries and fonts beside the packages; safe in several processes at once. */
async function unpack(): Promise<void> {
  if (existsSync(FOLDER)) return;
  const partial = `${FOLDER}.${randomUUID()}.partial`;
  await mkdir(partial, { recursive: true });
  const { TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
  // The package unpacks into the system's temporary folder, and the libraries that a slim image lacks only for AWS.
  process.env.TMPDIR = partial;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
    await writeFile(join(partial, 'fonts/fonts.conf'), FONTS);
    await rename(partial, FOLDER).catch((error) => {
      if (!existsSync(FOLDER)) throw error; // else another process was faster
    });
  } finally {
    for (const [name, value] of Object.entries({ TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(partial, { recursive: true, force: true });
  }
}

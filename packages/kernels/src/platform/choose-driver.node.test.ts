import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MovtError } from '../runtime/errors.ts';
import { chooseDriver, chooseGpu } from './choose-driver.ts';
import { CHOSEN_DRIVER } from './chosen-driver.ts';
import type { Machine } from './vulkan-drivers.ts';

/** No loader, no driver, no GPU. */
const BARE: Machine = { icdFolders: [], gpuNodes: [], hasLoader: false };

const test = suite('chooseDriver', { folder: '' });
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'movt-test-'));
});
test.after.each((context) => rm(context.folder, { recursive: true, force: true }));

async function refusal(request: string, machine: Machine): Promise<MovtError> {
  const outcome = await chooseDriver(request, machine).catch((error: unknown) => error);
  if (outcome instanceof MovtError) return outcome;
  throw new Error(`${request} came to ${JSON.stringify(outcome)}`);
}

test('a bare machine runs SwiftShader with the loader that comes with it', async () => {
  const { kind, environment, note } = await chooseDriver('auto', BARE);
  assert.is(kind, 'swiftshader');
  assert.match(environment.LD_LIBRARY_PATH, /swiftshader-\w+/);
  assert.match(environment.VK_ICD_FILENAMES, /vk_swiftshader_icd\.json$/);
  assert.match(note, /SwiftShader/);
  assert.equal(JSON.parse(environment[CHOSEN_DRIVER]), { request: 'auto', kind, note });
});

test('a driver that does not start is passed over, and the line says so', async ({ folder }) => {
  const manifest = join(folder, 'lvp_icd.json');
  await writeFile(manifest, '{"file_format_version":"1.0.0","ICD":{"library_path":"./gone.so","api_version":"1.3.0"}}');
  const { kind, note } = await chooseDriver('auto', { ...BARE, icdFolders: [folder] });
  assert.is(kind, 'swiftshader');
  assert.match(note, `not lavapipe (${manifest})`);
});

test('a CPU does not pass for a GPU, even where the kernel shows a GPU', async ({ folder }) => {
  const { VK_ICD_FILENAMES } = (await chooseDriver('swiftshader', BARE)).environment;
  const library_path = join(dirname(VK_ICD_FILENAMES), 'libvk_swiftshader.so');
  const manifest = { file_format_version: '1.0.0', ICD: { library_path, api_version: '1.1.0' } };
  await writeFile(join(folder, 'gpu_icd.json'), JSON.stringify(manifest));
  const machine = { ...BARE, icdFolders: [folder], gpuNodes: ['/dev/null'] };
  const { kind, note } = await chooseDriver('auto', machine);
  assert.is(kind, 'swiftshader');
  assert.match(note, /not gpu .*: only SwiftShader.*, a CPU/);
  const error = await refusal('gpu', machine);
  assert.is(error.code, 'no_adapter');
  assert.match(error.message, /a CPU.*--adapter list/);
});

test('who can do without a GPU gets a real one or none, and nothing is unpacked to find that out', async ({
  folder,
}) => {
  const { VK_ICD_FILENAMES } = (await chooseDriver('swiftshader', BARE)).environment;
  const library_path = join(dirname(VK_ICD_FILENAMES), 'libvk_swiftshader.so');
  const manifest = JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path, api_version: '1.1.0' } });
  const drivers = join(folder, 'drivers');
  await mkdir(drivers);
  for (const name of ['lvp_icd.json', 'gpu_icd.json']) await writeFile(join(drivers, name), manifest);
  const cache = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  await mkdir(process.env.XDG_CACHE_HOME);
  try {
    const { kind, environment, note } = await chooseGpu({ ...BARE, icdFolders: [drivers] });
    assert.equal([kind, note], ['none', 'there is no GPU']);
    assert.equal(JSON.parse(environment[CHOSEN_DRIVER]), { request: 'auto', kind, note });
    assert.equal(await readdir(process.env.XDG_CACHE_HOME), []);
  } finally {
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
  }
  // Where the kernel shows a GPU, its driver is tried; this one is a CPU.
  const tried = await chooseGpu({ ...BARE, icdFolders: [drivers], gpuNodes: ['/dev/null'] });
  assert.is(tried.kind, 'none');
  assert.match(tried.note, /^there is no GPU; gpu \(.*only SwiftShader.*, a CPU/);
});

test("a manifest's path is taken as it is", async () => {
  const { VK_ICD_FILENAMES } = (await chooseDriver('swiftshader', BARE)).environment;
  const { kind, environment } = await chooseDriver(VK_ICD_FILENAMES, BARE);
  assert.is(kind, 'file');
  assert.is(environment.VK_ICD_FILENAMES, VK_ICD_FILENAMES);
});

test('a word that means nothing is bad input and names the words that do', async () => {
  const error = await refusal('vulkan', BARE);
  assert.is(error.code, 'bad_input');
  assert.match(error.message, /"vulkan", need auto, gpu, lavapipe, swiftshader, list or the path/);
});

test('what is asked for and not installed is no adapter', async () => {
  for (const request of ['gpu', 'lavapipe']) {
    const error = await refusal(request, BARE);
    assert.is(error.code, 'no_adapter');
    assert.match(error.message, /nothing of it is installed/);
  }
});

test.run();

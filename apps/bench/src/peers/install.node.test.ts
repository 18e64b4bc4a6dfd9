import { access, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { installPackages } from './install.ts';

const path = await mkdtemp(join(tmpdir(), 'movt-install-'));
const folder = pathToFileURL(`${path}/`);
const test = suite('installing peers');
test.after(() => rm(path, { recursive: true, force: true }));

/** A package.json with its lockfile, which depend on the folder `thing`, or on a tarball that does not exist. */
async function writePackage(version: string, dependency: 'thing' | 'missing.tgz'): Promise<void> {
  const about = { name: 'test', version, dependencies: { thing: `file:${dependency}` } };
  const packages =
    dependency === 'thing'
      ? { 'node_modules/thing': { resolved: 'thing', link: true }, thing: { version: '1.0.0' } }
      : { 'node_modules/thing': { version: '1.0.0', resolved: `file:${dependency}` } };
  const lock = { name: 'test', version, lockfileVersion: 3, requires: true, packages: { '': about, ...packages } };
  await writeFile(join(path, 'package.json'), JSON.stringify(about));
  await writeFile(join(path, 'package-lock.json'), JSON.stringify(lock));
}

test('packages are installed once for each lockfile, and nothing is left of an installation that fails', async () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  await mkdir(join(path, 'thing'));
  await writeFile(join(path, 'thing/package.json'), JSON.stringify({ name: 'thing', version: '1.0.0' }));
  await writePackage('1.0.0', 'thing');
  await installPackages(folder, say);
  assert.is(said.length, 2);
  await access(join(path, 'node_modules/thing/package.json'));
  await installPackages(folder, say);
  assert.is(said.length, 2);
  await writePackage('1.0.1', 'missing.tgz');
  const failure = await installPackages(folder, say).catch((error) => error);
  assert.is(failure.code, 'missing_dependency');
  assert.match(failure.message, /npm ended with \d+$/);
  assert.is(await stat(join(path, 'node_modules')).catch(({ code }) => code), 'ENOENT');
  await access(join(path, 'package-lock.json'));
});

test.run();

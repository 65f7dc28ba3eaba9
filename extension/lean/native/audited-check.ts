import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { runChild, type ChildResult } from '../child-run.ts';
import { auditNatively } from '../native-audit.ts';
import type { NativeTools } from '../native.ts';
import type { CheckOutcome } from '../session.ts';

export interface AuditedCheck {
  readonly root: string;
  readonly file: string;
  /** Such as `Certificates.Tensornet`, for `file` below `root`. */
  readonly module: string;
  readonly theorems: readonly string[];
  /** `lake env lean --json OPTIONS FILE`, with another folder of compiled modules if one is given. */
  readonly check: (file: string, options: readonly string[], leanPath?: string) => Promise<CheckOutcome>;
  /** `lake env leanchecker MODULE`; null where the toolchain has none. */
  readonly leanchecker: ((module: string, leanPath: string) => Promise<ChildResult>) | null;
}

/**
 * Checks a file and, if Lean found nothing wrong, audits the very module that this check has compiled. An audit that
 * objects, or could not be made, leaves the check unfinished, so that nothing counts as proved.
 */
export async function checkAndAudit(request: AuditedCheck): Promise<CheckOutcome> {
  const { root, file, module, theorems, check, leanchecker } = request;
  const folder = await mkdtemp(join(tmpdir(), 'pcm-audit-'));
  try {
    const compiled = `${join(folder, ...module.split('.'))}.olean`;
    await mkdir(dirname(compiled), { recursive: true });
    const outcome = await check(file, [`--root=${root}`, '-o', compiled]);
    if (outcome.kind !== 'finished' || outcome.exitCode !== 0) return outcome;
    const audit = await auditNatively({
      module,
      theorems,
      tools: {
        lean: async (source) => {
          const question = join(folder, 'Audit.lean');
          await writeFile(question, source);
          return await check(question, [], folder);
        },
        leanchecker: leanchecker === null ? null : (name) => leanchecker(name, folder),
      },
    });
    if (audit.kind === 'passed') return { ...outcome, audits: audit.audits };
    const what = audit.kind === 'failed' ? 'The audit of the proofs failed' : 'The proofs could not be audited';
    return {
      kind: 'crashed',
      reason: `${what}: ${audit.reason}`,
      messages: outcome.messages,
      milliseconds: outcome.milliseconds,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether a toolchain brings `leanchecker`. */
export async function hasLeanchecker(
  tools: NativeTools,
  workspace: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { end, output } = await runChild({
    program: tools.lean,
    arguments: ['--print-prefix'],
    folder: workspace,
    environment,
    timeLimitMs: 10_000,
    outputLimit: 65_536,
    tether: false,
    signal,
  });
  const prefix = output.trim();
  if (end.kind !== 'exited' || end.code !== 0 || !isAbsolute(prefix)) return false;
  const program = join(prefix, 'bin', process.platform === 'win32' ? 'leanchecker.exe' : 'leanchecker');
  return await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}

import type { ChildResult } from './child-run.ts';
import type { CheckOutcome } from './session.ts';

/**
 * What a native toolchain can say about a checked certificate beyond its diagnostics: which axioms each theorem rests on,
 * and whether the kernel accepts the compiled module a second time. The embedded build can do neither.
 */

/** How the tools are run; a stand-in in tests. Both run where the compiled certificate can be imported. */
export interface NativeAuditTools {
  /** `lake env lean --json` on a file with this text. */
  readonly lean: (source: string) => Promise<CheckOutcome>;
  /** `lake env leanchecker MODULE`; null where the toolchain has none (it came with 4.28). */
  readonly leanchecker: ((module: string) => Promise<ChildResult>) | null;
}

export interface NativeAuditRequest {
  /** Such as `Certificates.Tensornet`. */
  readonly module: string;
  /** Names of its theorems, without the module. */
  readonly theorems: readonly string[];
  readonly tools: NativeAuditTools;
}

/**
 * `passed` lists the audits that were done, for the certificate's report. `failed`: a theorem is worth less than it
 * looks, so nothing is proved. `undone`: a tool did not answer as it should, so nothing is known.
 */
export type NativeAudit =
  | { readonly kind: 'passed'; readonly audits: readonly string[] }
  | { readonly kind: 'failed' | 'undone'; readonly reason: string };

/** Lean's own axioms; everything in its core library may rest on them. */
export const ACCEPTED_AXIOMS: readonly string[] = ['propext', 'Classical.choice', 'Quot.sound'];

const MODULE = /^[A-Z][A-Za-z0-9_]*(\.[A-Z][A-Za-z0-9_]*)*$/;
const THEOREM = /^[a-z][a-z0-9_]*$/;

/**
 * A file that asks for the axioms of every theorem. It has no `module` header: inside the module system Lean refuses the
 * question.
 *
 * @throws RangeError for names that no certificate of ours has
 */
export function axiomsSource(module: string, theorems: readonly string[]): string {
  if (!MODULE.test(module)) throw new RangeError('This is not the name of a certificate.');
  if (!theorems.every((theorem) => THEOREM.test(theorem))) throw new RangeError('This is not the name of a theorem.');
  return [`import ${module}`, '', ...theorems.map((theorem) => `#print axioms ${module}.${theorem}`), ''].join('\n');
}

/** Lean's answer to `#print axioms`: the name asked about, and the axioms, none or more. Null for any other message. */
export function parseAxioms(text: string): { readonly name: string; readonly axioms: readonly string[] } | null {
  const none = /^'([^'\s]+)' does not depend on any axioms$/.exec(text.trim());
  if (none !== null) return { name: none[1]!, axioms: [] };
  const some = /^'([^'\s]+)' depends on axioms:\s*\[([^\]]*)\]$/.exec(text.trim());
  if (some === null) return null;
  const axioms = some[2]!.split(',').map((axiom) => axiom.trim());
  return axioms.includes('') ? null : { name: some[1]!, axioms };
}

/** Asks for the axioms of every theorem, then has `leanchecker`, where there is one, check the compiled module again. */
export async function auditNatively(request: NativeAuditRequest): Promise<NativeAudit> {
  const axioms = await auditAxioms(request);
  if (axioms.kind !== 'passed') return axioms;
  const { leanchecker } = request.tools;
  if (leanchecker === null) return axioms;
  const replay = judgeReplay(await leanchecker(request.module));
  return replay.kind === 'passed' ? { kind: 'passed', audits: [...axioms.audits, ...replay.audits] } : replay;
}

async function auditAxioms({ module, theorems, tools }: NativeAuditRequest): Promise<NativeAudit> {
  const outcome = await tools.lean(axiomsSource(module, theorems));
  const undone = (reason: string): NativeAudit => ({ kind: 'undone', reason: `#print axioms: ${reason}` });
  if (outcome.kind !== 'finished') return undone(outcome.reason);
  const error = outcome.messages.find(({ severity }) => severity === 'error');
  if (error !== undefined) return undone(error.text.slice(0, 300));
  const seen = new Set<string>();
  for (const theorem of theorems) {
    const name = `${module}.${theorem}`;
    const answers = outcome.messages.map(({ text }) => parseAxioms(text)).filter((answer) => answer?.name === name);
    const [answer] = answers;
    if (answers.length !== 1 || answer == null) return undone(`no answer for ${name}`);
    const strange = answer.axioms.find((axiom) => !ACCEPTED_AXIOMS.includes(axiom));
    if (strange !== undefined) return { kind: 'failed', reason: `${name} rests on the axiom ${strange}` };
    answer.axioms.forEach((axiom) => seen.add(axiom));
  }
  const rested = ACCEPTED_AXIOMS.filter((axiom) => seen.has(axiom));
  return { kind: 'passed', audits: [`#print axioms: ${rested.length === 0 ? 'none' : rested.join(', ')}`] };
}

/** `leanchecker` prints nothing and ends with 0 where the kernel accepts every declaration again. */
function judgeReplay({ end, output, errors }: ChildResult): NativeAudit {
  if (end.kind !== 'exited') return { kind: 'undone', reason: `leanchecker did not finish (${end.kind})` };
  if (end.code === 0) return { kind: 'passed', audits: ['leanchecker: every declaration replayed'] };
  const words = `${errors}\n${output}`.trim().slice(0, 300);
  if (errors.includes('found a problem')) return { kind: 'failed', reason: `leanchecker objects: ${words}` };
  return { kind: 'undone', reason: `leanchecker ended with exit code ${end.code}: ${words}` };
}

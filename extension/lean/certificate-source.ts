import type { CertificateContent } from '../core/certificate.ts';
import { violationAllowances } from '../core/obligations.ts';
import { addBoxes, addCertificate, addTables, headerComment } from './certificate-source-data.ts';
import { MODULE_NAME } from './certificate-source-names.ts';
import { addReplicates } from './certificate-source-replicates.ts';
import { addResiduals } from './certificate-source-residuals.ts';
import { addRisk } from './certificate-source-risk.ts';
import { describe, stateTheorem } from './certificate-source-statements.ts';
import { SENTINEL_SOURCE, type TheoremRange } from './verdicts.ts';

export { moduleNameOf } from './certificate-source-names.ts';
export { planObligations, type ObligationScope } from './certificate-source-plan.ts';

/** A generated Lean file, and where each obligation's theorem stands in it. */
export interface LeanSource {
  readonly text: string;
  readonly theorems: readonly TheoremRange[];
}

/**
 * Settings of the elaborator; none concerns the kernel. Where the kernel finds a statement false, the elaborator evaluates
 * it once more to say so; with its own limits it would give up, and the refutation would be an unreadable error. One
 * declaration after the other takes a third of the time and less than half of the memory on two cores.
 */
const OPTIONS = [
  'set_option Elab.async false',
  'set_option exponentiation.threshold 100000000',
  'set_option maxRecDepth 10000',
];

/**
 * The Lean file of a certificate: its data, packed, and one theorem per obligation, in the order of
 * `content.obligations`. Deterministic. Nothing from the data reaches Lean as code but numbers; names stand in comments
 * only.
 *
 * @param moduleName from `moduleNameOf`; the file is `Certificates/<moduleName>.lean`
 * @throws RangeError for a module name or table that no certificate of ours has
 */
export function leanSource(content: CertificateContent, moduleName: string): LeanSource {
  if (!MODULE_NAME.test(moduleName)) throw new RangeError('The module name is not one that moduleNameOf gives.');
  const lines: string[] = [];
  const theorems: TheoremRange[] = [];
  const add = (...added: string[]): void => {
    for (const text of added) lines.push(...text.split('\n'));
  };
  const chunks = content.obligations.filter(({ kind }) => kind === 'observed');
  const allowances = violationAllowances(content);
  add('module', '', 'public import PCM', '', headerComment(content), '');
  add(...OPTIONS, '', '@[expose] public noncomputable section', '');
  add(`namespace Certificates.${moduleName}`, '', 'open PCM', '');
  addBoxes(content, add);
  addTables(content, chunks, add);
  addReplicates(content, add);
  addResiduals(content, add);
  const universal = addRisk(content, add);
  addCertificate(content, chunks, add);
  const statement = { content, chunks, universal, granted: (id: string) => allowances.get(id)?.granted ?? 0 };
  for (const obligation of content.obligations) {
    add(`/-- ${describe(obligation, statement)} -/`);
    const startLine = lines.length + 1;
    add(`theorem ${obligation.theorem} : ${stateTheorem(obligation, statement)}`);
    theorems.push({ theorem: obligation.theorem, startLine, endLine: lines.length });
    add('');
  }
  add(`end Certificates.${moduleName}`, '');
  return { text: `${lines.join('\n')}\n${SENTINEL_SOURCE}`, theorems };
}

import { createHash } from 'node:crypto';
import { contentHash } from '../core/certificate-assembly.ts';
import { inconsistencyOf } from '../core/certificate-consistency.ts';
import { certificateSchema, type Certificate } from '../core/certificate.ts';
import { claimSentences } from '../core/claim-sentences.ts';
import { decimalText } from '../core/decimal-text.ts';
import { thresholdText } from '../core/obligations/wording.ts';
import type { CertificateView } from '../protocol/certificate-page.ts';
import { LONGEST_CERTIFICATE } from './certificate-size.ts';

export type CertificateReading =
  | { readonly kind: 'certificate'; readonly view: CertificateView }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/**
 * What a certificate file says, for the page that shows it. A file that does not have the shape of a certificate is
 * unreadable; one that contradicts its own hash or its own evidence is shown with that as its first sentence.
 */
export function readCertificateText(text: string, file: string): CertificateReading {
  const unreadable = (reason: string): CertificateReading => ({ kind: 'unreadable', file, reason });
  if (text.length > LONGEST_CERTIFICATE) return unreadable(`It has ${text.length} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('It is not JSON.');
  }
  const parsed = certificateSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return unreadable(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  return { kind: 'certificate', view: viewOf(parsed.data, file) };
}

function viewOf(certificate: Certificate, file: string): CertificateView {
  const { content, hash, lean, verdicts, checked } = certificate;
  const { model, search, validation, rounds, features } = content;
  const faults: string[] = [];
  if (contentHash(content, sha256) !== hash) faults.push('Its content does not have the hash that it states.');
  const inconsistency = inconsistencyOf(content);
  if (inconsistency !== null) faults.push(`It contradicts itself: ${inconsistency}.`);
  const judged = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  const last = rounds.at(-1)!;
  return {
    file,
    project: content.project,
    model: model.id,
    faults,
    claims: claimSentences(content),
    verdicts: content.obligations.map(({ id, kind, theorem }) => {
      const verdict = judged.get(id);
      return { theorem, kind, verdict: verdict?.verdict ?? 'unchecked', reason: verdict?.reason ?? 'Not checked yet.' };
    }),
    hashes: [
      { what: 'certificate', sha256: hash },
      { what: `model ${model.id}`, sha256: model.sha256 },
      ...content.data.map((data) => ({ what: data.file, sha256: data.sha256 })),
      { what: 'configuration', sha256: content.config.sha256 },
      { what: lean.file, sha256: lean.sha256 },
    ],
    envelope: features.map(({ id, unit, scale }, at) => ({
      feature: id,
      lower: decimalText(last.box[at]?.lower ?? 0, scale),
      upper: decimalText(last.box[at]?.upper ?? 0, scale),
      unit: unit === '1' ? '' : unit,
    })),
    facts: [
      { what: 'criterion', value: `${content.criterion.kind}, ${thresholdText(content)}` },
      { what: 'structures of the search', value: String(search.id.length) },
      { what: 'counterexamples', value: String(content.counterexamples.length) },
      { what: 'validation structures inside', value: String(validation.id.length) },
      { what: 'refused structures', value: String(content.refused.length) },
      { what: 'rounds', value: String(rounds.length) },
      { what: 'share inside', value: `${(100 * last.coverage).toFixed(1)} %` },
      { what: 'made by', value: `${content.engine.name} ${content.engine.version}` },
      { what: 'decided by', value: checked === null ? 'nobody yet' : `Lean ${checked.version} (${checked.backend})` },
      { what: 'audited', value: checked === null ? '' : checked.audit.join(', ') },
    ],
  };
}

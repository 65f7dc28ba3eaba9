import type { ObligationKind } from '../extension/core/certificate.ts';
import type { VerdictKind } from '../extension/core/verdict-kinds.ts';
import type { CertificateEvent, ShownObligation } from '../extension/protocol/certificate-event.ts';

/** One obligation of a certificate, of which only that is said which a test is about. */
export function shownObligation(
  obligation: ObligationKind,
  verdict: VerdictKind,
  changes: Partial<ShownObligation> = {},
): ShownObligation {
  return {
    id: obligation,
    obligation,
    theorem: obligation,
    verdict,
    reason: '',
    holds: verdict === 'proved',
    explanation: '',
    culprits: [],
    remedies: [],
    ...changes,
  };
}

/** The certificate of model `m` in the project `/p`, as `pcm status` tells of it. */
export function certificateEvent(
  obligations: readonly ShownObligation[],
  changes: Partial<CertificateEvent> = {},
): CertificateEvent {
  return {
    kind: 'certificate',
    file: '/p/certificates/m.pcm-cert.json',
    hash: '',
    project: 'p',
    model: 'm',
    config: 'pcm.json',
    stale: [],
    criterion: '',
    lean: { file: '/p/certificates/lean/Certificates/M.lean', module: 'M', checked: null },
    rounds: [],
    obligations: [...obligations],
    counterexamples: [],
    counterexamplesOmitted: 0,
    validation: { inside: 96, failures: 20, share: 0.3 },
    draft: null,
    ...changes,
  };
}

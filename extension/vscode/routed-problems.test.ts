import { describe, expect, it } from 'vitest';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import { failedClaims } from './routed-problems.ts';

const refuted = shownObligation('confidence', 'refuted', {
  reason: 'Lean evaluated the statement to false.',
  explanation: '20 of 96 fail.',
  culprits: [{ file: 'a.xyz', index: 0, line: 1, detail: 'd' }],
});

const certificate = certificateEvent([refuted]);

const shown = (changes: Partial<CertificateEvent>): unknown => {
  const { claims, outdated } = failedClaims({ ...certificate, ...changes });
  return { claims: claims.map(({ theorem, verdict, reason }) => `${theorem} ${verdict}: ${reason}`), outdated };
};

describe('what is marked of a certificate', () => {
  it('is Lean’s verdict while it speaks of what is there', () => {
    expect(shown({})).toEqual({
      claims: ['confidence refuted: Lean evaluated the statement to false.'],
      outdated: null,
    });
  });

  it('is nothing but its staleness once the inputs have changed', () => {
    expect(shown({ stale: ['a.xyz has changed'] })).toEqual({ claims: [], outdated: 'a.xyz has changed' });
    const draft = { kind: 'different', changed: ['search.seed'] } as const;
    expect(shown({ draft: { ...draft, changed: [...draft.changed] } })).toEqual({
      claims: [],
      outdated: '"search.seed" has changed',
    });
  });

  it('is what the observations say of an edited claim, and that Lean has not decided it', () => {
    const { obligation, theorem, holds, explanation, culprits, remedies } = refuted;
    const evaluated = { obligation, theorem, holds, explanation, culprits, remedies };
    const stale = ['"claim.failureRate" in pcm.json has changed'];
    const still = shown({ stale, draft: { kind: 'comparable', obligations: [evaluated] } });
    expect(still).toEqual({
      claims: [
        'confidence stuck: Lean has not checked this claim yet; these are the observations of the last certificate. 20 of 96 fail.',
      ],
      outdated: null,
    });
    const mended = shown({ stale, draft: { kind: 'comparable', obligations: [{ ...evaluated, holds: true }] } });
    expect(mended).toMatchObject({ claims: [expect.stringMatching(/^confidence proved/)] });
  });
});

import { describe, expect, it } from 'vitest';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import type { CertificateEvent, ShownObligation } from '../protocol/certificate-event.ts';
import { failingObligations, neighbour } from './failing-obligations.ts';

function certificate(
  file: string,
  verdicts: Record<string, ShownObligation['verdict']>,
  stale: string[] = [],
): CertificateEvent {
  const obligations = Object.entries(verdicts).map(([theorem, verdict]) =>
    shownObligation(theorem === 'safe' ? 'safe' : 'nested', verdict, { id: theorem, theorem }),
  );
  return certificateEvent(obligations, { file, model: file, stale });
}

const project = (...certificates: CertificateEvent[]) => ({ folder: '/p', configs: [], certificates, problems: [] });
const names = (...certificates: CertificateEvent[]): string[] =>
  failingObligations([project(...certificates)]).map(({ ref }) => `${ref.certificate} ${ref.theorem}`);

describe('obligations that fail', () => {
  it('are listed across certificates, safe only where nothing else explains it, stale ones not at all', () => {
    expect(
      names(
        certificate('a', { nested: 'proved', coverage: 'refuted', safe: 'refuted' }),
        certificate('b', { nested: 'proved', safe: 'stuck' }),
        certificate('c', { nested: 'refuted' }, ['data.xyz has changed']),
        certificate('d', { nested: 'stuck', confidence: 'unchecked' }),
      ),
    ).toEqual(['a coverage', 'b safe', 'd nested']);
  });

  it('are gone through in both directions, around the end', () => {
    const failing = failingObligations([project(certificate('a', { x: 'refuted', y: 'refuted', z: 'refuted' }))]);
    const step = (from: string | undefined, by: 1 | -1): string | undefined =>
      neighbour(failing, from === undefined ? undefined : { certificate: 'a', theorem: from }, by)?.ref.theorem;
    expect([step(undefined, 1), step('x', 1), step('z', 1), step('gone', 1)]).toEqual(['x', 'y', 'x', 'x']);
    expect([step(undefined, -1), step('x', -1), step('y', -1)]).toEqual(['z', 'z', 'x']);
    expect(neighbour<(typeof failing)[number]>([], undefined, 1) === undefined).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import type { VerdictKind } from '../core/verdict-kinds.ts';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import { liveFindings, type LeanReport } from './live-findings.ts';
import { isOutdated } from './outdated-diagnostics.ts';

const text = `def search_000 := 1

theorem nested : A := by decide +kernel

theorem confidence : B := by
  decide +kernel

theorem safe : C := ⟨nested, confidence⟩
`;

const culprits = [{ file: 'a.xyz', index: 0, line: 7, detail: 'worst' }];

const certificate = (confidence: VerdictKind, changes: Partial<CertificateEvent> = {}): CertificateEvent =>
  certificateEvent(
    [
      shownObligation('nested', 'proved'),
      shownObligation('confidence', confidence, { culprits }),
      shownObligation('safe', confidence),
    ],
    changes,
  );

const report = (line: number, message: string, severity: LeanReport['severity'] = 'error'): LeanReport => ({
  line,
  character: 2,
  endLine: line,
  endCharacter: 8,
  severity,
  message,
});

const shown = (about: CertificateEvent, ...reports: readonly LeanReport[]): string[] =>
  liveFindings(about, text, reports).map(
    ({ kind, severity, message, culprits: blamed }) =>
      `${severity} at ${kind}: ${message}${blamed.map(({ file, line }) => ` [${file}:${line}]`).join('')}`,
  );

describe('what a running Lean reports in a generated file', () => {
  it('belongs to the claim of the theorem it is in, with the structures to blame', () => {
    expect(shown(certificate('unchecked'), report(5, 'Tactic `decide` proved\n  that it is false'))).toEqual([
      'error at confidence: confidence: Tactic `decide` proved that it is false [a.xyz:7]',
    ]);
    expect(shown(certificate('proved'), report(2, "declaration uses 'sorry'", 'warning'))).toEqual([
      "warning at nested: nested: declaration uses 'sorry'",
    ]);
  });

  it('is one finding for each claim, the error before the warning', () => {
    expect(shown(certificate('proved'), report(2, 'w', 'warning'), report(2, 'e'))).toEqual([
      'error at nested: nested: e (and 1 more)',
    ]);
  });

  it('is left out where a verdict says it already', () => {
    expect(shown(certificate('refuted'), report(5, 'false'))).toEqual([]);
    expect(shown(certificate('stuck'), report(5, 'false'), report(7, 'f'))).toEqual([]);
  });

  it('is left out in the conjunction where a part of it explains it', () => {
    const follows = report(7, 'Unknown identifier `nested`');
    expect(shown(certificate('proved'), report(2, 'unexpected token'), follows)).toEqual([
      'error at nested: nested: unexpected token',
    ]);
    expect(shown(certificate('proved'), follows)).toEqual(['error at safe: safe: Unknown identifier `nested`']);
  });

  it('is said once of data that all theorems share', () => {
    expect(shown(certificate('proved'), report(0, 'bad data'), report(2, 'unknown'), report(5, 'unknown'))).toEqual([
      'error at safe: the data of its theorems: bad data',
    ]);
  });

  it('says nothing of a certificate whose inputs or claim have changed', () => {
    expect(shown(certificate('proved', { stale: ['a.xyz has changed'] }), report(2, 'e'))).toEqual([]);
    const draft = { kind: 'comparable' as const, obligations: [] };
    expect(shown(certificate('proved', { draft }), report(2, 'e'))).toEqual([]);
  });

  it('is cut where Lean prints a page', () => {
    const [found] = shown(certificate('proved'), report(2, 'x'.repeat(5000)));
    expect(found!.length).toBeLessThan(400);
  });
});

describe('a publication of diagnostics', () => {
  const publication = (version: unknown): unknown => ({
    jsonrpc: '2.0',
    method: 'textDocument/publishDiagnostics',
    params: { uri: 'file:///a.lean', version, diagnostics: [] },
  });

  it('is outdated when it is about an earlier text, and only then', () => {
    const versionOf = (uri: string): number | undefined => (uri === 'file:///a.lean' ? 4 : undefined);
    expect(isOutdated(publication(3), versionOf)).toBe(true);
    expect(isOutdated(publication(4), versionOf)).toBe(false);
    expect(isOutdated(publication(3), () => undefined)).toBe(false);
    expect(isOutdated(publication(undefined), versionOf)).toBe(false);
    expect(isOutdated({ id: 3, result: null }, versionOf)).toBe(false);
  });
});

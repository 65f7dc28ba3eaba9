import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import { contentHash } from '../core/certificate-assembly.ts';
import { certificateViewSchema } from '../protocol/certificate-page.ts';
import { compareCertificates } from './certificate-comparison.ts';
import { readCertificateText } from './certificate-reading.ts';

const content = benchmarkContent({ rows: 60, features: 2, validation: 20, seed: 3 });
const zeros = '0'.repeat(64);
const text = JSON.stringify({
  hash: contentHash(content, (bytes) => createHash('sha256').update(bytes).digest('hex')),
  content,
  lean: { file: 'lean/Certificates/M.lean', sha256: zeros, module: 'M' },
  verdicts: content.obligations.map(({ id, kind, theorem }) => ({ id, kind, theorem, verdict: 'proved', reason: 'x' })),
  checked: { backend: 'embedded', version: '4.28.0', audit: ['forbidden tokens'] },
});
const read = (changed: string): ReturnType<typeof readCertificateText> =>
  readCertificateText(changed, 'a.pcm-cert.json');

function viewOf(changed: string): ReturnType<typeof certificateViewSchema.parse> {
  const reading = read(changed);
  if (reading.kind === 'unreadable') throw new Error(reading.reason);
  return certificateViewSchema.parse(reading.view);
}

describe('what a certificate file says', () => {
  it('is every verdict, hash and bound of it, and the claims in sentences', () => {
    const view = viewOf(text);
    expect(view.faults).toEqual([]);
    expect(view.verdicts.map(({ theorem }) => theorem)).toContain('confidence');
    expect(view.hashes.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    expect(view.envelope.length).toBeGreaterThan(0);
    expect(view.claims.some((claim) => claim.includes('at most'))).toBe(true);
  });

  it('starts with the fault of one that was changed by hand', () => {
    const certificate = JSON.parse(text) as { content: { project: string } };
    certificate.content.project = 'another';
    expect(viewOf(JSON.stringify(certificate)).faults).toEqual(['Its content does not have the hash that it states.']);
  });

  it.each([
    ['no JSON', '{'],
    ['something else', '{"hash":1}'],
    ['a certificate with more in it than there should be', text.replace('{', '{"more":1,')],
    ['deep nesting', '['.repeat(100_000)],
  ])('is nothing for %s', (_name, changed) => {
    expect(read(changed).kind).toBe('unreadable');
  });

  it('is the same as itself, and differs where a verdict does', () => {
    const view = viewOf(text);
    expect(compareCertificates(view, view, ['a', 'b']).rows.every(({ same }) => same)).toBe(true);
    const [first, ...others] = view.verdicts;
    const other = { ...view, verdicts: [{ ...first!, verdict: 'stale' as const }, ...others] };
    const different = compareCertificates(view, other, ['a', 'b']).rows.filter(({ same }) => !same);
    expect(different).toEqual([
      { what: `theorem ${first!.theorem}`, left: first!.verdict, right: 'stale', same: false },
    ]);
  });
});

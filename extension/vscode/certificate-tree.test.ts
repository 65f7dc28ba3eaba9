import { describe, expect, it } from 'vitest';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import { pseudoLocale, untranslated } from '../../test/untranslated.ts';
import type { CertificateEvent, ShownObligation } from '../protocol/certificate-event.ts';
import type { ProjectEntry } from './certificate-store.ts';
import { certificateTree, type TreeChoice, type TreeNode } from './certificate-tree.ts';

const culprit = { file: 'data/a.xyz', index: 3, line: 13, detail: 'force error 0.9 eV/Å, 0.4 too much' };

function obligation(theorem: string, verdict: ShownObligation['verdict']): ShownObligation {
  const kind = theorem === 'observed_000' ? 'observed' : theorem === 'nested' ? 'nested' : 'confidence';
  const remedies = verdict === 'proved' ? [] : [{ kind: 'raise-failure-rate', text: 'claim more', edits: [] }];
  return shownObligation(kind, verdict, { id: theorem, theorem, reason: 'r', explanation: 'why', remedies });
}

const certificate = certificateEvent(
  [obligation('nested', 'proved'), obligation('observed_000', 'stuck'), obligation('confidence', 'refuted')],
  {
    file: '/p/certificates/mace.pcm-cert.json',
    hash: 'f'.repeat(64),
    project: 'oxides',
    model: 'mace',
    criterion: 'force-error > 0.5 eV/Å',
    lean: { file: '/p/certificates/lean/Certificates/Mace.lean', module: 'Mace', checked: 'Lean 4.28.0 (embedded)' },
    rounds: [{ round: 1, tested: 9, failed: 2, discovered: 2, coverage: 0.5, bounds: [] }],
    counterexamples: [{ ...culprit, inside: false, separatedBy: 'volume_per_atom' }],
    counterexamplesOmitted: 4,
    validation: { inside: 5, failures: 1, share: 0.3 },
  },
);

const project = (certificates: readonly CertificateEvent[], problems: readonly string[] = []): ProjectEntry => ({
  folder: '/p',
  configs: ['pcm.json', 'pcm.strict.json'],
  certificates,
  problems,
});
const all: TreeChoice = { t: untranslated, verdicts: null, order: 'certificate', running: null };

/** The view as indented text. */
function printed(nodes: readonly TreeNode[], depth = 0): string[] {
  return nodes.flatMap(({ label, description, state, children }) => [
    `${'  '.repeat(depth)}${state === undefined ? '' : `[${state}] `}${label}${description === '' ? '' : ` | ${description}`}`,
    ...printed(children, depth + 1),
  ]);
}

describe('the PCM view', () => {
  it('shows project, model, certificate, and what is in it', () => {
    expect(printed(certificateTree([project([certificate])], all))).toEqual([
      '[refuted] oxides | p',
      '  [refuted] mace | force-error > 0.5 eV/Å',
      '    [refuted] mace.pcm-cert.json | 1 proved, 1 refuted, 1 stuck · pcm.json',
      '      Obligations | 1 proved, 1 refuted, 1 stuck',
      '        [proved] nested | proved',
      '        [stuck] observed_000 | stuck',
      '        [refuted] confidence | refuted',
      '      Rounds | 1',
      '        Round 1 | 9 tested, 2 failed, 50.0 % inside',
      '      Counterexamples | 5',
      '        data/a.xyz:13 | force error 0.9 eV/Å, 0.4 too much',
      '        4 more | in the certificate',
    ]);
  });

  it('takes no verdict for granted once what it was given on has changed', () => {
    const stale = { ...certificate, stale: ['data/a.xyz has changed'] };
    const lines = printed(certificateTree([project([stale])], all));
    expect(lines).toContain('    [stale] mace.pcm-cert.json | stale · pcm.json');
    expect(lines).toContain('        [stale] confidence | stale (was refuted)');
  });

  it('filters to what is asked for, and sorts what needs a look to the top', () => {
    const filtered = certificateTree([project([certificate])], { ...all, verdicts: ['refuted'] });
    expect(printed(filtered).slice(3)).toEqual([
      '      Obligations | 1 proved, 1 refuted, 1 stuck',
      '        [refuted] confidence | refuted',
    ]);
    expect(certificateTree([project([certificate])], { ...all, verdicts: ['unchecked'] })).toEqual([]);
    const order = (choice: Partial<TreeChoice>): string[] =>
      printed(certificateTree([project([certificate])], { ...all, ...choice }))
        .slice(4, 7)
        .map((line) => line.trim().split(' ')[1]!);
    expect(order({ order: 'verdict' })).toEqual(['confidence', 'observed_000', 'nested']);
    expect(order({ order: 'name' })).toEqual(['confidence', 'nested', 'observed_000']);
  });

  it('says what runs, what was never certified, and what could not be read', () => {
    expect(printed(certificateTree([project([])], all))).toEqual(['p | p', '  Not certified yet']);
    const running = { ...all, running: { folder: '/p', config: 'pcm.json' } };
    expect(printed(certificateTree([project([])], running))).toEqual(['[running] p | p', '  [running] Certifying …']);
    const lines = printed(certificateTree([project([certificate], ['b.pcm-cert.json: It is not JSON.'])], running));
    expect(lines[1]).toBe('  [running] mace | force-error > 0.5 eV/Å');
    expect(lines.at(-1)).toBe('  [stuck] b.pcm-cert.json: It is not JSON.');
  });

  it('has every word of its own from the reader’s language', () => {
    const stale = { ...certificate, stale: ['why'] };
    const lines = [certificate, stale].flatMap((each) =>
      printed(certificateTree([project([each]), project([])], { ...all, t: pseudoLocale })),
    );
    // Names, files, features and what the certificate says are the user's own.
    const given = [culprit.detail, certificate.criterion, 'data/a.xyz', 'mace.pcm-cert.json', 'pcm.json'];
    const names = /\[\w+\]|\b(?:oxides|mace|nested|observed_000|confidence|p)\b/g;
    const left = lines.map((line) => {
      let rest = line;
      for (let before = ''; before !== rest;) [before, rest] = [rest, rest.replaceAll(/⟦[^⟦⟧]*⟧/g, '')];
      return given.reduce((text, each) => text.replaceAll(each, ''), rest).replaceAll(names, '');
    });
    expect(left.filter((line) => /[a-z]/i.test(line))).toEqual([]);
  });
});

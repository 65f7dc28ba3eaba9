import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readXml } from './bounded-xml.ts';
import { pwErrorIn, pwVersionIn, readPwOutput } from './pw-output.ts';

const converged = readFileSync('test/fixtures/dft/si2.xml', 'utf8');
// The part before it repeats the input, where elements of the same names stand.
const results = converged.slice(converged.indexOf('<output>'));
const silicon = Uint8Array.of(14, 14);
const outcomeOf = (text: string, species = silicon) => readPwOutput(text, species).outcome;
const text = (element: string): string =>
  new RegExp(`<${element}(?: rank[^>]*)?>([^<]*)</${element}>`).exec(results)![1]!;
const numbers = (element: string): number[] => text(element).trim().split(/\s+/).map(Number);

describe('the output of pw.x', () => {
  it('in eV and Å, with the sign of stress turned', () => {
    const { outcome, program } = readPwOutput(converged, silicon);
    if (outcome.kind !== 'computed') throw new Error(outcome.reason);
    expect(program).toBe('PWSCF 6.7MaX');
    expect(outcome.energy).toBeCloseTo(numbers('etot')[0]! * 27.211386, 5);
    // 1 Ha/Bohr = 51.42206747 eV/Å, 1 Ha/Bohr³ = 183.6315 eV/Å³.
    expect(outcome.forces).toHaveLength(6);
    numbers('forces').forEach((force, k) => expect(outcome.forces[k]).toBeCloseTo(force * 51.42206747, 7));
    numbers('stress').forEach((s, k) => expect(outcome.stress![k]).toBeCloseTo(-s * 183.6315, 6));
    expect(outcome.scfSteps).toBe(numbers('n_scf_steps')[0]);
    expect(outcome.seconds).toBeGreaterThan(0);
    // The moved atom is pulled back, and action equals reaction.
    expect(outcome.forces[3]).toBeLessThan(-0.5);
    for (let axis = 0; axis < 3; axis++)
      expect(Math.abs(outcome.forces[axis]! + outcome.forces[3 + axis]!)).toBeLessThan(1e-6);
  });

  it('without convergence is no reference, with the reason', () => {
    const outcome = outcomeOf(readFileSync('test/fixtures/dft/si2-unconverged.xml', 'utf8'));
    expect(outcome.kind === 'none' && outcome.reason).toMatch(
      /did not converge \(2 steps, estimated error \d\.\de-\d+ Ha\)/,
    );
  });

  it.each([
    ['no forces', /<forces rank[\s\S]*<\/forces>/, '', 'lacks'],
    ['one force too few', /-?\d\S+\s*<\/forces>/, '</forces>', 'lacks'],
    ['a force that is no number', /-?\d\S+\s*<\/forces>/, 'NaN</forces>', 'lacks'],
    ['an energy that overflowed', /<etot>[^<]*/, '<etot>1e999', 'lacks'],
    ['no word on convergence', /<convergence_achieved>.*\n/, '', 'did not converge'],
    ['no output', /<output>[\s\S]*<\/output>/, '', 'holds no results'],
    ['a torn end', /<\/forces>[\s\S]*/, '', 'cannot be read'],
    ['another root', /qes:espresso/g, 'qes:other', 'holds no results'],
  ])('with %s is no reference', (_, pattern, replacement, reason) => {
    const outcome = outcomeOf(converged.replace(pattern, replacement));
    expect(outcome).toMatchObject({ kind: 'none', reason: expect.stringContaining(reason) as string });
  });

  it('of another structure is no reference', () => {
    for (const species of [Uint8Array.of(14), Uint8Array.of(14, 6)])
      expect(outcomeOf(converged, species)).toMatchObject({
        reason: 'the output of pw.x is that of another structure',
      });
  });

  it('without stress has none', () => {
    expect(outcomeOf(converged.replace(/<stress rank[\s\S]*<\/stress>/, ''))).toMatchObject({
      kind: 'computed',
      stress: null,
    });
  });

  it('says version and error in print', () => {
    expect(pwVersionIn('\n     Program PWSCF v.6.7MaX starts on 22Nov2026')).toBe('6.7MaX');
    expect(pwVersionIn('hello')).toBeNull();
    const box =
      ' %%%%%\n     Error in routine  read_namelists (2):\n      could not find\n   namelist &control\n %%%%%\n';
    expect(pwErrorIn(box)).toBe('read_namelists: could not find namelist &control');
    expect(pwErrorIn('JOB DONE.')).toBeNull();
  });
});

describe('the reader of XML', () => {
  it('resolves the five predefined entities and no other', () => {
    const outcome = readXml('<a b="&lt;&quot;">x &amp; y<!-- <c> --><d/></a>\n');
    expect(outcome).toMatchObject({ kind: 'read', root: { name: 'a', text: 'x & y', children: [{ name: 'd' }] } });
    if (outcome.kind === 'read') expect(outcome.root.attributes.get('b')).toBe('<"');
  });

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an unknown entity', '<a>&x;</a>'],
    ['a character reference', '<a>&#65;</a>'],
    ['an ampersand alone', '<a>x & y</a>'],
    ['CDATA', '<a><![CDATA[x]]></a>'],
    ['a processing instruction', '<a><?x y?></a>'],
    ['crossed elements', '<a><b></a></b>'],
    ['an open element', '<a><b></b>'],
    ['a stray end', '</a>'],
    ['two roots', '<a/><b/>'],
    ['text outside', 'x<a/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['nothing', ''],
    ['an endless comment', '<a><!-- '],
    ['too deep elements', '<a>'.repeat(100) + '</a>'.repeat(100)],
  ])('refuses %s', (_, document) => {
    expect(readXml(document).kind).toBe('malformed');
  });
});

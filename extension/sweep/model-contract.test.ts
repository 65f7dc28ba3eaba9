import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContract } from './model-contract.ts';
import { readOnnxSummary } from './onnx-file.ts';

function bytesOf(name: string): Uint8Array {
  return readFileSync(new URL(`../../test/fixtures/models/${name}.onnx`, import.meta.url));
}

function check(name: string) {
  const summary = readOnnxSummary(bytesOf(name), `${name}.onnx`);
  return summary.kind === 'ok' ? checkContract(summary.value, `${name}.onnx`) : summary;
}

function messages(name: string): string[] {
  const outcome = check(name);
  return outcome.kind === 'ok' ? ['ok'] : outcome.problems.map(({ message }) => message);
}

describe('readOnnxSummary', () => {
  it('finds signature, metadata, operators and size', () => {
    const summary = readOnnxSummary(bytesOf('harmonic'), 'harmonic.onnx');
    if (summary.kind !== 'ok') throw new Error('rejected');
    const { opsets, inputs, operators, metadata } = summary.value;
    expect(opsets).toEqual([{ domain: '', version: 16 }]);
    expect(inputs[3]).toEqual({ name: 'edge_index', type: 'int64', dims: [2, 'n_edges'] });
    expect(operators).toContainEqual({ domain: '', type: 'ScatterElements', reduction: 'add', count: 3 });
    expect(metadata.get('mlip.cutoff')).toBe('3.5');
  });

  it('looks into subgraphs', () => {
    const summary = readOnnxSummary(bytesOf('hangs-for-chlorine'), 'h.onnx');
    const types = summary.kind === 'ok' ? summary.value.operators.map(({ type }) => type) : [];
    expect(types).toContain('Loop');
    expect(types).toContain('Identity');
  });

  it('refuses weights in other files', () => {
    expect(messages('external-weights')).toEqual([
      'The model keeps weights in other files, so that its hash would not cover them.',
    ]);
  });

  it('refuses every truncation, and any damage without throwing', () => {
    const bytes = bytesOf('harmonic-angles');
    for (let length = 0; length < bytes.length - 400; length += 7) {
      const outcome = readOnnxSummary(bytes.subarray(0, length), 'cut.onnx');
      const checked = outcome.kind === 'ok' ? checkContract(outcome.value, 'cut.onnx') : outcome;
      expect(checked.kind).toBe('rejected');
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(255), (at, a, b) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = a;
        damaged[(at * 31) % damaged.length] = b;
        const outcome = readOnnxSummary(damaged, 'damaged.onnx');
        if (outcome.kind === 'ok') checkContract(outcome.value, 'damaged.onnx');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => readOnnxSummary(noise, 'noise').kind === 'rejected'),
    );
  });

  it('says what a file is not', () => {
    const text = readOnnxSummary(new TextEncoder().encode('3\nLattice="1 0 0"\n'), 'a.xyz');
    expect(text.kind === 'rejected' && text.problems[0]!.message).toMatch(
      /^This is not an ONNX model, or it is cut off/,
    );
    expect(readOnnxSummary(new Uint8Array(0), 'empty.onnx').kind).toBe('rejected');
  });
});

describe('checkContract', () => {
  it.each(['harmonic', 'harmonic-int32', 'harmonic-float64', 'harmonic-angles', 'racing'])('accepts %s', (name) => {
    const outcome = check(name);
    expect(outcome).toMatchObject({ kind: 'ok', value: { cutoff: 3.5, elements: [3, 8, 11, 12, 14, 17] } });
    const angles = outcome.kind === 'ok' ? outcome.value.angleCutoff : undefined;
    expect(angles).toBe(name === 'harmonic-angles' ? 3 : null);
  });

  it('asks for metadata and guesses none', () => {
    expect(messages('no-metadata')).toEqual([
      'The model carries no metadata, so its cutoff, elements and units are unknown; none of them is guessed.',
    ]);
  });

  it('lists everything that is wrong at once', () => {
    expect(messages('bad-metadata')).toEqual([
      'The model computes in "hartree,bohr"; only eV and Å are understood.',
      'mlip.cutoff is "-1", which is no distance between 0 and 20 Å.',
      'mlip.elements holds "Si", which is no atomic number.',
    ]);
    expect(messages('wrong-inputs')).toEqual([
      'The model asks for an input "coords" (float32 [n, 3]) that contract version 1 does not have.',
      'Input atomic_numbers is float32 [n]; it must be int32 or int64.',
      'The model has no input positions, cell, edge_index, edge_shift.',
      'The model has no output energy (it has gradient).',
      'The model has no output forces (it has gradient).',
    ]);
    expect(messages('frozen-shape')[0]).toBe(
      'Input atomic_numbers is int64 [8]: its size is frozen, so the model fits one number of atoms or edges only.',
    );
  });

  it('finds operators that race, and contradicts a model that calls them safe', () => {
    const racing = check('racing');
    if (racing.kind !== 'ok') throw new Error('rejected');
    expect(racing.value.lint).toMatchObject({ threads: 1, findings: [{ rule: 'racing-scatter', count: 2 }] });
    expect(racing.warnings.map(({ message }) => message)).toEqual([
      'The model declares mlip.threads = "any", but its operators race with more than one thread: 2 × ScatterND.',
    ]);
    const safe = check('harmonic');
    expect(safe).toMatchObject({ kind: 'ok', value: { lint: { threads: 'any', findings: [] } }, warnings: [] });
  });
});

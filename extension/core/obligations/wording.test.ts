import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../../test/bench/benchmark-content.ts';
import { excessText } from './wording.ts';

describe('the error of a row in words', () => {
  const content = benchmarkContent({ rows: 40, features: 2, validation: 20, seed: 3 });
  const { search, validation } = content;
  content.generated = [
    {
      row: 5,
      record: {
        generator: 'golden-ratio',
        base: search.id[0]!,
        rejected: 0,
        sixteenths: [1, 0, 0],
        atoms: { placement: 'kept' },
      },
    },
  ];
  const broken = { law: 'gradient', unit: 'eV/Å', residual: 0.02, tolerance: 0.01 };
  content.violations = [
    { split: 'search', row: 5, ...broken },
    { split: 'validation', row: 7, ...broken },
  ];

  it('says what made a structure that does not stand at its place, and nothing of the kind otherwise', () => {
    expect(excessText(content, search, 5, 0)).toMatch(/^made of it by golden-ratio: gradient /);
    expect(excessText(content, validation, 5, 0)).not.toMatch(/made of it|gradient/);
    expect(excessText(content, search, 6, 0)).not.toMatch(/made of it|gradient/);
  });

  it('names the law that is broken, in the split where it is', () => {
    expect(excessText(content, validation, 7, 0)).toBe('gradient 0.02 eV/Å, 2 × its tolerance');
    expect(excessText(content, search, 7, 0)).not.toContain('gradient');
  });
});

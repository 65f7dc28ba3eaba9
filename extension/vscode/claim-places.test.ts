import { describe, expect, it } from 'vitest';
import { placeVerdicts, projectName, type JudgedObligation } from './claim-places.ts';

const text = `{
  // What is claimed.
  "name": "oxides",
  "failure": { "kind": "force-error", "threshold": 0.5 },
  "claim": { "violations": 0, "failureRate": 0.01 }
}
`;

function judged(theorem: string, verdict: JudgedObligation['verdict']): JudgedObligation {
  return { kind: theorem.split('_')[0] as JudgedObligation['kind'], theorem, verdict, reason: `because of ${theorem}` };
}

/** Each finding as `severity "text it marks": message`. */
function findings(...obligations: readonly JudgedObligation[]): string[] {
  return placeVerdicts(text, 'mace', obligations).map(
    ({ severity, from, to, message }) => `${severity} ${text.slice(from, to)}: ${message}`,
  );
}

describe('verdicts at the keys of the project file', () => {
  it('marks the key that makes the claim, in a file with comments', () => {
    expect(findings(judged('confidence', 'refuted'))).toEqual([
      'error "failureRate": mace: confidence is refuted. because of confidence',
    ]);
  });

  it('makes one finding of many chunks and none of what is proved', () => {
    expect(
      findings(judged('observed_000', 'proved'), judged('observed_001', 'refuted'), judged('observed_002', 'refuted')),
    ).toEqual([
      'error "violations": mace: observed_001 is refuted (and 1 more of the same kind). because of observed_001',
    ]);
  });

  it('warns of what could not be decided, and falls back to the nearest key there is', () => {
    expect(findings(judged('coverage', 'stuck'))).toEqual([
      'warning "claim": mace: coverage is stuck. because of coverage',
    ]);
    expect(findings(judged('nested', 'stuck'))).toEqual(['warning {: mace: nested is stuck. because of nested']);
  });

  it('names the conjunction only when nothing else explains it', () => {
    expect(findings(judged('safe', 'refuted'))).toHaveLength(1);
    expect(findings(judged('safe', 'refuted'), judged('confidence', 'refuted'))).toHaveLength(1);
  });

  it('survives a file that is not JSON any more', () => {
    expect(placeVerdicts('', 'mace', [judged('safe', 'refuted')])).toMatchObject([{ from: 0, to: 0 }]);
    expect(placeVerdicts('{ "claim": ', 'mace', [judged('safe', 'refuted')])).toHaveLength(1);
  });
});

it('reads the name of a project', () => {
  expect(projectName(text)).toBe('oxides');
  expect(projectName('{ "name": 3 }')).toBeUndefined();
  expect(projectName('')).toBeUndefined();
});

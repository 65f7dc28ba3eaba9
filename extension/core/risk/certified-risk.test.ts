import { describe, expect, it } from 'vitest';
import type { Box, Rational } from '../certificate.ts';
import { randomStream } from '../random.ts';
import { certifyRisk, type CertifiedRisk, type RiskPlan } from './certified-risk.ts';
import { prepareHead } from './head-search.ts';
import { riskOfScore } from './risk-bound.ts';
import { partsOf } from './universal-search.ts';

const random = randomStream(3, 'certified risk');
const columns = [0, 1].map(() => Float64Array.from({ length: 400 }, () => random.integer(1000)));
/** Failures above 600 along the first feature. */
const failed = Uint8Array.from(columns[0]!, (value) => (value > 600 ? 1 : 0));
const safe: Box = [
  { lower: 0, upper: 500 },
  { lower: 0, upper: 999 },
];
const plan = (probability: Rational, parts = 500): RiskPlan => ({
  probability,
  trees: 30,
  depth: 3,
  learningRate: 0.2,
  parts,
});

function certified(box: Box, settings: RiskPlan, marks = failed): CertifiedRisk {
  const steps = certifyRisk(columns, marks, box, settings);
  let last = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(last);
    expect(step.value).toBeLessThanOrEqual(1);
    last = step.value;
  }
}

/** The greatest score that the partition shows. */
function shownBy({ evidence }: CertifiedRisk, box: Box): number {
  const prepared = prepareHead(evidence.head, box);
  const cut = partsOf(evidence.partition, box);
  if (prepared.kind !== 'ready' || cut.kind !== 'parts') throw new Error('malformed');
  return Math.max(...cut.parts.map((part) => prepared.head.upper(part)));
}

describe('certified risk', () => {
  it('bounds the risk everywhere in an envelope that has no failures', () => {
    const risk = certified(safe, plan({ numerator: 1, denominator: 10 }));
    expect(risk.constant).toBeNull();
    expect(shownBy(risk, safe)).toBeLessThanOrEqual(risk.bound);
  });

  it('shows what does hold where the claim does not', () => {
    const all: Box = [{ lower: 0, upper: 999 }, safe[1]!];
    const risk = certified(all, plan({ numerator: 1, denominator: 10 }));
    const shown = shownBy(risk, all);
    expect(shown).toBeGreaterThan(risk.bound);
    const supported = riskOfScore(shown, risk.evidence.head.scale)!;
    expect(supported.numerator / supported.denominator).toBeGreaterThan(0.9);
    const again = certified(all, plan(supported));
    expect(shownBy(again, all)).toBeLessThanOrEqual(again.bound);
  });

  it('bounds logistic regression by a corner, on a single part', () => {
    const risk = certified(safe, { ...plan({ numerator: 1, denominator: 2 }), model: 'logistic' });
    expect(risk.constant).toBeNull();
    const { head, partition } = risk.evidence;
    if (head.kind !== 'network') throw new Error('these are trees');
    expect(head.layers).toHaveLength(1);
    expect(partition).toEqual({ feature: [-1], at: [0] });
    const prepared = prepareHead(head, safe);
    if (prepared.kind !== 'ready') throw new Error(prepared.reason);
    const corners = [0, 500].flatMap((x) => [0, 999].map((y) => prepared.head.score([x, y])));
    expect(shownBy(risk, safe)).toBe(Math.max(...corners));
    expect(shownBy(risk, safe)).toBeLessThanOrEqual(risk.bound);
    const refuted = certified(safe, { ...plan({ numerator: 1, denominator: 1000 }), model: 'logistic' });
    expect(shownBy(refuted, safe)).toBe(Math.max(...corners));
    expect(refuted.bound).toBeLessThan(Math.max(...corners));
    const none = certified(
      safe,
      { ...plan({ numerator: 1, denominator: 10 }), model: 'logistic' },
      new Uint8Array(400),
    );
    expect(none.constant).toBe('none of 400 observations failed');
  });

  it('is the same every time', () => {
    const settings = plan({ numerator: 1, denominator: 5 });
    expect(certified(safe, settings)).toEqual(certified(safe, settings));
  });

  it('is one number where there is nothing to learn from, and not below the share that failed', () => {
    const none = certified(safe, plan({ numerator: 1, denominator: 10 }), new Uint8Array(400));
    expect(none.constant).toBe('none of 400 observations failed');
    expect(shownBy(none, safe)).toBe(Math.ceil(10_000 * Math.log(0.5 / 400.5)));
    const all = certified(safe, plan({ numerator: 1, denominator: 10 }), new Uint8Array(400).fill(1));
    expect(shownBy(all, safe)).toBeGreaterThan(all.bound);
  });
});

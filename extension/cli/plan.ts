import { stat } from 'node:fs/promises';
import type { Rational } from '../core/certificate.ts';
import { validationCounts } from '../core/obligations.ts';
import { rationalFromDecimal } from '../core/rational.ts';
import { upperFailureRate } from '../core/statistics/clopper-pearson.ts';
import { conformalSamplesMissing } from '../core/statistics/conformal-rank.ts';
import { expectedFailureRate, sampleSizes } from '../core/statistics/sample-size.ts';
import type { PlanEvent } from '../protocol/plan-events.ts';
import { loadProject } from './load-project.ts';
import type { PlanOptions } from './plan-arguments.ts';
import { readCertificate } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** What a plan starts from. */
interface Standing {
  readonly model: string | null;
  readonly failureRate: Rational;
  readonly significance: Rational;
  readonly inside: number;
  readonly failures: number;
  readonly conformal: { readonly miscoverage: Rational; readonly within: number } | null;
}

/** `pcm plan`: how many validation structures it takes to claim a failure rate, from a certificate or a project. */
export async function plan(target: string, options: PlanOptions, around: Surroundings): Promise<ExitCode> {
  const standing = await standingOf(target, options, around);
  if (standing === null) return 2;
  around.reporter.emit(planOf(standing, options));
  return 0;
}

function planOf(standing: Standing, options: PlanOptions): PlanEvent {
  const { inside, failures, conformal } = standing;
  const rate = options.failureRate ?? standing.failureRate;
  const significance = options.significance ?? standing.significance;
  const expectedRate = expectedFailureRate(failures, inside);
  const delta = share(significance);
  return {
    kind: 'plan',
    model: standing.model,
    failureRate: share(rate),
    significance: delta,
    inside,
    failures,
    upperBound: upperFailureRate(failures, inside, delta),
    expectedRate,
    sizes: sampleSizes({ failures, inside }, rate, significance, expectedRate),
    conformal:
      conformal === null
        ? null
        : {
            miscoverage: share(conformal.miscoverage),
            needed: inside + conformalSamplesMissing(conformal.within, inside, conformal.miscoverage),
            more: conformalSamplesMissing(conformal.within, inside, conformal.miscoverage),
          },
  };
}

const share = ({ numerator, denominator }: Rational): number => numerator / denominator;

async function standingOf(target: string, options: PlanOptions, around: Surroundings): Promise<Standing | null> {
  const isFolder = await stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const loaded = await loadProject(target, options.config, undefined);
    if (loaded.kind === 'rejected') {
      loaded.problems.forEach(around.reporter.emit);
      return null;
    }
    const { claim } = loaded.value.project;
    return {
      model: null,
      failureRate: exact(claim.failureRate),
      significance: exact(claim.significance),
      inside: 0,
      failures: 0,
      conformal: claim.conformal === null ? null : { miscoverage: exact(claim.conformal.miscoverage), within: 0 },
    };
  }
  const certificate = await readCertificate(target);
  if (certificate.kind === 'rejected') {
    certificate.problems.forEach(around.reporter.emit);
    return null;
  }
  const { content } = certificate.value;
  const { claim } = content;
  const { inside, failures } = validationCounts(content);
  const within = (bound: number): number => content.validation.error.filter((error) => error <= bound).length;
  return {
    model: content.model.id,
    failureRate: claim.failureRate,
    significance: claim.significance,
    inside,
    failures,
    conformal:
      claim.conformal === null
        ? null
        : { miscoverage: claim.conformal.miscoverage, within: within(claim.conformal.bound) },
  };
}

function exact(value: number): Rational {
  const rational = rationalFromDecimal(value);
  if (rational === undefined) throw new RangeError(`${value} was accepted as an exact decimal and is none.`);
  return rational;
}

import * as z from 'zod';
import { obligationKinds } from '../certificate.ts';
import { verdictKinds } from '../verdict-kinds.ts';
import {
  intervalReportSchema,
  naturalSchema,
  rateSchema,
  REPORT_LIMITS as most,
  shortTextSchema,
  textSchema,
} from './report-numbers.ts';

/**
 * The sections of a report that follow from a certificate and its structures, as schemas. Values are in the unit of their
 * feature or criterion, not scaled.
 */

const featureSchema = z.object({ id: shortTextSchema, unit: shortTextSchema });

export const overviewSchema = z.object({
  project: shortTextSchema,
  engine: z.object({ name: shortTextSchema, version: shortTextSchema }),
  model: z.object({
    id: shortTextSchema,
    kind: shortTextSchema,
    sha256: shortTextSchema,
    description: z.record(shortTextSchema, textSchema),
  }),
  data: z.array(z.object({ file: textSchema, sha256: shortTextSchema, structures: naturalSchema })).max(256),
  criterion: z.object({ kind: shortTextSchema, unit: shortTextSchema, threshold: z.number() }),
  claim: z.object({
    violations: naturalSchema,
    /** As decimals; the certificate holds the exact rationals. */
    failureRate: z.number(),
    significance: z.number(),
    confidence: z.number(),
    minimumInside: naturalSchema,
    slabs: naturalSchema,
    minimumPerSlab: naturalSchema,
    conformal: z.object({ miscoverage: z.number(), bound: z.number() }).nullable(),
    /** Probability of failure that the risk model stays below everywhere inside. */
    risk: z.number().nullable(),
  }),
  envelope: z
    .array(
      featureSchema.extend({
        lower: z.number(),
        upper: z.number(),
        /** Share of the initial range that was cut off. */
        compression: z.number(),
      }),
    )
    .max(most.features),
  /** Search observations: all, and those inside the final envelope. */
  search: z.object({ tested: rateSchema, inside: rateSchema }),
  /** Share of the tested search structures that lie inside the final envelope. */
  coverage: z.number().nullable(),
  /** Validation structures inside, and the exact one-sided upper bound on their failure rate at `significance`. */
  validation: z.object({ inside: rateSchema, significance: z.number(), upperBound: z.number() }),
  refused: naturalSchema,
  verdicts: z.object({
    proved: naturalSchema,
    refuted: naturalSchema,
    stuck: naturalSchema,
    stale: naturalSchema,
    unchecked: naturalSchema,
  }),
  obligations: z
    .array(
      z.object({
        id: shortTextSchema,
        kind: z.enum(obligationKinds),
        theorem: shortTextSchema,
        verdict: z.enum(verdictKinds),
        reason: textSchema,
      }),
    )
    .max(most.obligations),
  obligationsOmitted: naturalSchema,
  /** Which kernel decided; null while nothing was checked. */
  lean: z.object({ backend: shortTextSchema, version: shortTextSchema, audit: z.array(textSchema).max(64) }).nullable(),
  /** What to do now, the first thing first, in full sentences. */
  next: z.array(textSchema).max(most.texts),
});
export type OverviewSection = z.infer<typeof overviewSchema>;

const boundSchema = z.object({
  value: z.number(),
  /** Null where the bound was not moved or the interval is degenerate. */
  percentile: intervalReportSchema.nullable(),
  bca: intervalReportSchema.nullable(),
});

export const refinementSchema = z.object({
  /** Two-sided level of the bootstrap intervals. */
  confidence: z.number(),
  replicates: naturalSchema.nullable(),
  features: z.array(featureSchema.extend({ initial: intervalReportSchema })).max(most.features),
  rounds: z
    .array(
      z.object({
        round: z.number().int().positive(),
        tested: naturalSchema,
        failed: naturalSchema,
        /** Passing share of what was tested in this round; null where nothing was. */
        passRate: z.number().nullable(),
        /** Counterexamples found so far, this round included. */
        discovered: naturalSchema,
        /** Share of the search observations so far that lie inside the envelope after this round. */
        coverage: z.number(),
        /** In the order of `features`. */
        bounds: z
          .array(z.object({ lower: boundSchema, upper: boundSchema, compression: z.number() }))
          .max(most.features),
      }),
    )
    .max(most.rounds),
});
export type RefinementSection = z.infer<typeof refinementSchema>;

/** What one strategy proposed and found in a round, as the run reported it. */
const strategySchema = z.object({
  strategy: shortTextSchema,
  proposals: naturalSchema,
  counterexamples: naturalSchema,
  /** Counterexamples that no strategy had found before. */
  unique: naturalSchema,
  /**
   * New counterexamples per proposal over those of `random` in the same search, with a score interval at the report's
   * confidence that takes proposals for independent. Null for `random` itself and where it took no part; the estimate is
   * null where `random` found none, the upper end where there is no bound.
   */
  againstRandom: z
    .object({ estimate: z.number().nullable(), lower: z.number(), upper: z.number().nullable() })
    .nullable(),
});

export const discoverySchema = z.object({
  unit: shortTextSchema,
  threshold: z.number(),
  /** Per round, everything so far. */
  cumulative: z
    .array(
      z.object({
        round: z.number().int().positive(),
        tested: naturalSchema,
        counterexamples: naturalSchema,
        /** Cumulative sums per strategy; empty where the run did not keep them. */
        strategies: z.array(strategySchema).max(32),
      }),
    )
    .max(most.rounds),
  /** Search structures per bin of the error, lower edge included, upper edge not; edges ascend and are one more. */
  histogram: z.object({
    scale: z.enum(['linear', 'logarithmic']),
    edges: z.array(z.number()).max(most.bins + 1),
    counts: z.array(naturalSchema).max(most.bins),
  }),
  /** Points of the empirical distribution function: a share of at least `share` has an error of at most `error`. */
  ecdf: z.array(z.object({ error: z.number(), share: z.number() })).max(most.ecdf),
  /** Structures without a finite prediction: failures that have no place on either figure's axis. */
  notFinite: naturalSchema,
  quantiles: z.object({ median: z.number(), p90: z.number(), p99: z.number(), largest: z.number() }).nullable(),
});
export type DiscoverySection = z.infer<typeof discoverySchema>;

const groupFields = {
  rate: rateSchema,
  /** Over structures with a finite prediction; null without any. */
  meanError: z.number().nullable(),
  medianError: z.number().nullable(),
  /** False below `minimum` structures: too few to say anything but the interval. */
  enough: z.boolean(),
  /**
   * Fisher's exact test against all other structures, two-sided, Holm-corrected over the groups of this table that have
   * enough structures; null for the others.
   */
  pValue: z.number().nullable(),
};
export const elementRateSchema = z.object({
  z: z.number().int().min(1).max(118),
  symbol: shortTextSchema,
  ...groupFields,
});
export type ElementRate = z.infer<typeof elementRateSchema>;
export const familyRateSchema = z.object({ family: shortTextSchema, ...groupFields });
export type FamilyRate = z.infer<typeof familyRateSchema>;

/** Structures that contain an element, or an element of a family; a structure counts once in each of its groups. */
export const elementsSchema = z.object({
  minimum: naturalSchema,
  /** Which observations were counted, in a sentence. */
  scope: textSchema,
  elements: z.array(elementRateSchema).max(most.elements),
  families: z.array(familyRateSchema).max(most.families),
});
export type ElementsSection = z.infer<typeof elementsSchema>;

/** Residuals of physical laws that the certificate states, per probe; the worst stands furthest beyond its tolerance. */
export const physicsSchema = z
  .array(
    z.object({
      probe: shortTextSchema,
      unit: shortTextSchema,
      residuals: naturalSchema,
      /** How many exceed their tolerance. */
      broken: naturalSchema,
      /** In `unit`, rounded up; null: not finite. */
      worst: z.number().nullable(),
      tolerance: z.number(),
      /** The structure of the worst one. */
      file: textSchema,
      index: naturalSchema,
      line: naturalSchema,
    }),
  )
  .max(most.probes);
export type PhysicsSection = z.infer<typeof physicsSchema>;

const boundedGroupSchema = z.object({
  /** Validation structures inside the envelope, and how many of them failed. */
  rate: rateSchema,
  /** Unbounded: the quantile itself is a structure without a finite prediction. */
  outcome: z.enum(['bounded', 'unbounded', 'too-few']),
  /** In the criterion's unit. */
  bound: z.number().nullable(),
  /** Structures that it takes, where they are too few. */
  needed: naturalSchema.nullable(),
});

/** Split-conformal bounds on the error inside the envelope: of all structures, and per family by the family's own. */
export const errorBoundsSchema = z.object({
  unit: shortTextSchema,
  /** Share of structures that a bound leaves out. */
  miscoverage: z.number(),
  /** Whether the certificate claims this share; where it claims none, a usual one is shown. */
  isClaimed: z.boolean(),
  /** Validation structures inside whose elements are not known. */
  leftOut: naturalSchema,
  marginal: boundedGroupSchema,
  /** Ways to divide the structures; every structure is in one family of each. */
  schemes: z
    .array(
      z.object({
        scheme: shortTextSchema,
        families: z.array(boundedGroupSchema.extend({ family: shortTextSchema, title: textSchema })).max(most.families),
      }),
    )
    .max(8),
});
export type ErrorBoundsSection = z.infer<typeof errorBoundsSchema>;

const vectors = z.array(z.number()).max(3 * most.atoms);

/** A crystal small enough to be drawn. */
export const crystalSchema = z.object({
  /** Rows are lattice vectors, Å. */
  lattice: z.array(z.number()).length(9),
  periodic: z.tuple([z.boolean(), z.boolean(), z.boolean()]),
  species: z.array(z.number().int().min(1).max(118)).max(most.atoms),
  /** Cartesian, Å, length 3n; forces in eV/Å likewise, null where there are none. */
  positions: vectors,
  referenceForces: vectors.nullable(),
  modelForces: vectors.nullable(),
});
export type CrystalReport = z.infer<typeof crystalSchema>;

export const counterexampleSchema = z.object({
  id: shortTextSchema,
  split: z.enum(['search', 'validation']),
  file: textSchema,
  index: naturalSchema,
  line: naturalSchema,
  /** What made it out of the structure that stands there; null for that one itself. */
  generator: shortTextSchema.nullable(),
  /** Null where the structures were not at hand. */
  formula: shortTextSchema.nullable(),
  atoms: naturalSchema.nullable(),
  /** In the criterion's unit; null: the model gave no finite prediction. */
  error: z.number().nullable(),
  /** The physical law that is broken most, in words, where laws decide and one could be measured. */
  law: shortTextSchema.nullable(),
  /** In the order of the refinement's features. */
  features: z.array(z.number()).max(most.features),
  /** The feature whose final interval excludes it; null where it lies inside. */
  separatedBy: shortTextSchema.nullable(),
  crystal: crystalSchema.nullable(),
});
export type CounterexampleReport = z.infer<typeof counterexampleSchema>;

export const counterexamplesSchema = z.object({
  features: z.array(featureSchema).max(most.features),
  total: naturalSchema,
  /** Where physical laws decide: how many counterexamples break which law most, the most frequent first. */
  laws: z.array(z.object({ law: shortTextSchema, structures: naturalSchema })).max(most.probes),
  /** Worst first. */
  list: z.array(counterexampleSchema).max(most.counterexamples),
  omitted: naturalSchema,
});
export type CounterexamplesSection = z.infer<typeof counterexamplesSchema>;

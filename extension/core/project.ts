import * as z from 'zod';
import { aseReferenceSchema } from './dft/ase-settings.ts';
import { clusterSchema } from './cluster.ts';
import { certifiableProbeIds, decidingProbeIds, decidingProbes, lawIds } from './physics/chosen-probes.ts';
import { quantumEspressoSchema } from './dft/settings.ts';
import { modelSchema } from './project-models.ts';
import { containedPath } from './project-names.ts';
import { strategyIds } from './strategies/table.ts';

/**
 * `pcm.json`: the one schema of a project. The editor's completion is exported from it, and defaults live here and
 * nowhere else. Reading a file against it, with lines and suggestions, is `project-file.ts`.
 */

const referenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('data') }),
  z.strictObject({ kind: z.literal('relaxed') }),
  quantumEspressoSchema,
  aseReferenceSchema,
]);

const threshold = z.number().positive().max(1e6);

/** One key for each thing that a deciding probe measures. */
const lawTolerances = z.strictObject(
  Object.fromEntries(
    decidingProbes.flatMap(({ measures, description }) =>
      Object.entries(measures).map(([id, unit]) => [
        id,
        z
          .number()
          .positive()
          .max(1e6)
          .optional()
          .describe(`${unit === '1' ? 'Number of answers' : unit}. ${description}`),
      ]),
    ),
  ),
);

const physicsFailure = z.strictObject({
  kind: z.literal('physics'),
  laws: z
    .array(z.enum(decidingProbeIds))
    .min(1)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name a law twice')
    .default([...lawIds])
    .describe(
      'Probes of physical laws that decide. Without it the symmetries and conservation laws, which no potential may break.',
    ),
  tolerances: lawTolerances
    .optional()
    .describe(
      'Largest residuals that are tolerated, by what "pcm physics" measures, in place of what rounding in the precision of the model explains.',
    ),
  threshold: threshold.default(1).describe('Multiple of its tolerance above which a residual fails.'),
});

const failureSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('force-error'), threshold: threshold.describe('eV/Å, largest atom') }),
  z.strictObject({ kind: z.literal('energy-error'), threshold: threshold.describe('eV/atom') }),
  z.strictObject({ kind: z.literal('force-magnitude'), threshold: threshold.describe('eV/Å, largest atom') }),
  physicsFailure,
]);
export type Failure = z.infer<typeof failureSchema>;
export type PhysicsFailure = z.infer<typeof physicsFailure>;

export { strategyIds };
export type { ProjectModel } from './project-models.ts';

const share = z.number().gt(0).lt(1);

const conformalClaim = z.strictObject({
  miscoverage: share.default(0.1).describe('Share of structures that may have a larger error, between 0 and 1.'),
  bound: z
    .number()
    .nonnegative()
    .max(1e6)
    .optional()
    .describe(
      'In the unit of "failure.threshold". Without it the quantile that the validation structures support is claimed.',
    ),
});

export const projectSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .min(1)
    .max(200)
    .default('project')
    .describe('Name of the project on the screen and in certificates.'),
  models: z
    .array(modelSchema)
    .min(1)
    .max(64)
    .describe('The potentials under audit; each gets a certificate of its own.'),
  data: z.array(containedPath).min(1).max(256).describe('Files or globs relative to the project folder.'),
  reference: referenceSchema.default({ kind: 'data' }).describe('Where the truth comes from.'),
  failure: failureSchema.describe('Decides whether the potential passes or fails on a structure.'),
  features: z
    .array(z.string())
    .min(1)
    .max(32)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name a feature twice')
    .optional()
    .describe('The compositional space in which the envelope is drawn.'),
  envelope: z
    .record(z.string(), z.strictObject({ min: z.number().optional(), max: z.number().optional() }))
    .optional()
    .describe('Limits that the envelope keeps to from the first round on, per feature, in its unit.'),
  search: z
    .strictObject({
      strategies: z
        .array(z.enum(strategyIds))
        .min(1)
        .default(['random', 'latin-hypercube', 'local-search'])
        .describe('How structures to test are chosen.'),
      portfolio: z
        .enum(['equal', 'thompson'])
        .optional()
        .describe(
          'How the strategies share the budget: "equal" (as without this key), or "thompson", by what they find.',
        ),
      budget: z.number().int().positive().max(10_000_000).default(2000).describe('Structures tested by the search.'),
      seed: z
        .number()
        .int()
        .nonnegative()
        .max(Number.MAX_SAFE_INTEGER)
        .default(0)
        .describe('The same seed gives the same certificate.'),
    })
    .prefault({})
    .describe('The search for structures on which the potential fails.'),
  refinement: z
    .strictObject({
      rounds: z.number().int().min(1).max(32).default(4).describe('How often the envelope is tightened.'),
      replicates: z.number().int().min(100).max(100_000).default(1000).describe('Bootstrap replicates of every bound.'),
      confidence: share.default(0.95).describe('Two-sided level of the bootstrap intervals of the bounds.'),
      validationShare: share.default(0.3).describe('Share of the data that no round sees: the claim is made on it.'),
      families: z
        .enum(['block', 'anion'])
        .optional()
        .describe(
          'Draw an envelope for each family of structures besides the one for all: "block" (f-block, d-block, main-group) or "anion" (halide, chalcogenide, other-anion). The features that tell them apart are added.',
        ),
      minimumPerFamily: z
        .number()
        .int()
        .min(10)
        .max(10_000_000)
        .optional()
        .describe('A family with fewer structures than this (by default 100) has too few samples for an envelope.'),
    })
    .prefault({})
    .describe('How the envelope is made.'),
  claim: z
    .strictObject({
      violations: z
        .number()
        .int()
        .nonnegative()
        .max(1_000_000)
        .default(0)
        .describe('Failing structures of the search that may lie inside the envelope.'),
      failureRate: share.default(0.1).describe('Claimed upper bound on the rate of failure inside the envelope.'),
      significance: share
        .default(0.05)
        .describe('Probability that the bound on the rate may be wrong; 0.05 is 95 % confidence.'),
      minimumInside: z
        .number()
        .int()
        .nonnegative()
        .max(10_000_000)
        .default(50)
        .describe('Passing structures that the envelope must hold at least.'),
      slabs: z.number().int().min(1).max(64).default(3).describe('Parts into which every feature is cut for coverage.'),
      minimumPerSlab: z
        .number()
        .int()
        .nonnegative()
        .max(1_000_000)
        .default(1)
        .describe('Passing structures that each part must hold at least.'),
      conformal: conformalClaim
        .nullable()
        .prefault({})
        .describe(
          'Split-conformal error bound: but for a share of at most "miscoverage", structures inside have an error of at most "bound". null claims nothing of the kind.',
        ),
      physics: z
        .union([z.boolean(), z.array(z.enum(certifiableProbeIds)).min(1)])
        .default(false)
        .describe(
          'Physical laws that the model is to keep, measured on a few structures inside the envelope: true for symmetries and conservation laws, or a list of probes (docs/SEARCH.md).',
        ),
      risk: share
        .nullable()
        .default(null)
        .describe(
          'Probability of failure, between 0 and 1, that a risk model trained on the search must not exceed anywhere in the envelope, tested or not. Without it there is no risk model.',
        ),
    })
    .prefault({})
    .describe('What the certificate claims, and Lean decides.'),
  risk: z
    .strictObject({
      model: z
        .enum(['trees', 'logistic'])
        .optional()
        .describe('What is learnt: boosted trees, or logistic regression, whose proof is short. Trees by default.'),
      trees: z.number().int().min(1).max(1000).default(60).describe('Boosted trees of the risk model.'),
      depth: z.number().int().min(1).max(8).default(3).describe('Tests between root and leaf of a tree.'),
      learningRate: z.number().gt(0).max(1).default(0.1).describe('Weight of every tree.'),
      parts: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(4096)
        .describe(
          'Boxes into which the envelope may be cut to bound the risk; more give a sharper bound and a longer proof. Large models are given fewer, so that the proof fits into memory.',
        ),
    })
    .prefault({})
    .describe('The risk model behind "claim.risk".'),
  lean: z
    .strictObject({
      backend: z
        .enum(['auto', 'native', 'embedded'])
        .default('auto')
        .describe(
          'Which Lean decides: an installed one where there is one (auto), that one or none, or the one inside.',
        ),
      timeLimitSeconds: z
        .number()
        .int()
        .positive()
        .max(86_400)
        .default(600)
        .describe('Longest check of one certificate.'),
    })
    .prefault({})
    .describe('Where Lean comes from.'),
  cluster: clusterSchema.optional(),
});
export type Project = z.infer<typeof projectSchema>;

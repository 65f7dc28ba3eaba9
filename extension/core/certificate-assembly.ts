import { canonicalJson } from './canonical-json.ts';
import type {
  Box,
  CertificateContent,
  Claim,
  Obligation,
  ObservationTable,
  PhysicsResidual,
  Rational,
  Replicates,
  Risk,
  Round,
  Violation,
} from './certificate.ts';
import type { ResolvedProject } from './project-file.ts';
import type { ProjectModel } from './project.ts';
import { rationalFromDecimal } from './rational.ts';

/** Everything a campaign found, and what identifies its inputs. */
export interface CampaignRecord {
  readonly engine: CertificateContent['engine'];
  readonly project: ResolvedProject;
  readonly model: ProjectModel;
  readonly modelSha256: string;
  readonly modelDescription: Readonly<Record<string, string>>;
  readonly data: CertificateContent['data'];
  /** Who computed the labels on demand; null where they are those of the data. */
  readonly reference: NonNullable<CertificateContent['reference']> | null;
  readonly criterion: CertificateContent['criterion'];
  readonly features: CertificateContent['features'];
  readonly initial: Box;
  readonly rounds: readonly Round[];
  readonly search: ObservationTable;
  /** Rows of `search` that the search has made, ascending, and how. */
  readonly generated: NonNullable<CertificateContent['generated']>;
  readonly validation: ObservationTable;
  readonly violations: readonly Violation[];
  readonly refused: CertificateContent['refused'];
  readonly replicates: readonly Replicates[];
  readonly residuals: readonly PhysicsResidual[];
  /** Split-conformal bound that is claimed, or null for none. */
  readonly conformal: Claim['conformal'];
  /** Risk head, its partition of the final envelope, and the score that is claimed to bound it; null for none. */
  readonly risk: { readonly evidence: Risk; readonly bound: number } | null;
}

/** What a certificate holds besides its obligations, which follow from it. */
export type CertifiedData = Omit<CertificateContent, 'obligations'>;

/** Hex sha-256 of a text's UTF-8 bytes; hashing comes in as an argument. */
export type Sha256 = (text: string) => string;

/**
 * Puts a campaign's record into the form that is certified. Nothing is measured or decided here: the same record gives
 * the same content, byte for byte.
 *
 * @param planObligations which propositions to state about the data.
 */
export function assembleContent(
  record: CampaignRecord,
  planObligations: (data: CertifiedData) => Obligation[],
  sha256: Sha256,
): CertificateContent {
  const { project } = record;
  const resolved = auditedConfiguration(project, record.model);
  const box = record.rounds.at(-1)!.box;
  const counterexamples = [...record.search.error.keys()]
    .filter((row) => record.search.error[row]! > record.criterion.scaledThreshold)
    .map((row) => ({ row, separatedBy: separatingFeature(record.search, row, box) }));
  const data: CertifiedData = {
    format: 'pcm-certificate',
    version: 2,
    engine: record.engine,
    project: project.name,
    model: {
      id: record.model.id,
      kind: record.model.kind,
      sha256: record.modelSha256,
      description: { ...record.modelDescription },
    },
    data: [...record.data],
    ...(record.reference === null ? {} : { reference: record.reference }),
    config: { sha256: sha256(canonicalJson(resolved)), resolved },
    criterion: record.criterion,
    features: record.features,
    claim: claimOf(record),
    initial: record.initial,
    rounds: [...record.rounds],
    search: record.search,
    ...(record.generated.length === 0 ? {} : { generated: [...record.generated] }),
    counterexamples,
    ...(record.violations.length === 0 ? {} : { violations: [...record.violations] }),
    validation: record.validation,
    refused: [...record.refused],
    replicates: [...record.replicates],
    residuals: [...record.residuals],
    risk: record.risk?.evidence ?? null,
  };
  return { ...data, obligations: planObligations(data) };
}

/** The certificate's hash: sha-256 of the canonical JSON of its content. */
export const contentHash = (content: CertificateContent, sha256: Sha256): string => sha256(canonicalJson(content));

/** What of the project bears on this certificate: the audited model and everything but how Lean is run. */
export function auditedConfiguration(
  project: ResolvedProject,
  model: ProjectModel,
): CertificateContent['config']['resolved'] {
  const { name, data, reference, failure, features, envelope, search, refinement, claim, risk } = project;
  const limits = envelope === undefined ? {} : { envelope };
  const audited = { name, model, data, reference, failure, features, ...limits, search, refinement, claim, risk };
  return JSON.parse(canonicalJson(audited)) as CertificateContent['config']['resolved'];
}

function claimOf({ project, conformal, risk }: CampaignRecord): Claim {
  const { claim, refinement } = project;
  return {
    violations: claim.violations,
    failureRate: exact(claim.failureRate),
    significance: exact(claim.significance),
    confidence: exact(refinement.confidence),
    minimumInside: claim.minimumInside,
    slabs: claim.slabs,
    minimumPerSlab: claim.minimumPerSlab,
    conformal,
    risk: risk?.bound ?? null,
  };
}

function exact(value: number): Rational {
  const rational = rationalFromDecimal(value);
  if (rational === undefined) throw new RangeError(`${value} was accepted as an exact decimal and is none`);
  return rational;
}

/** The first feature whose interval the row leaves, or null if the row lies inside the box. */
function separatingFeature(table: ObservationTable, row: number, box: Box): number | null {
  const found = box.findIndex(({ lower, upper }, f) => {
    const value = table.features[f]![row]!;
    return value < lower || value > upper;
  });
  return found === -1 ? null : found;
}

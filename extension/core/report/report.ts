import type { Certificate, CertificateContent } from '../certificate.ts';
import type { Comparison } from '../comparison/comparison-schema.ts';
import type { FailureModesSection } from '../failure-modes/failure-modes-schema.ts';
import { LARGEST_CELL } from '../certificate.ts';
import type { RefinementReport } from '../refinement/refinement-report.ts';
import type { RiskReport } from '../risk/risk-report.ts';
import { boundedText } from './bounded-text.ts';
import { counterexamplesOf, type KnownStructure } from './counterexamples-section.ts';
import { discoveryOf, type StrategyHistory } from './discovery-section.ts';
import { elementsOf, type JudgedComposition } from './elements-section.ts';
import { errorBoundsOf } from './error-bounds-section.ts';
import { methodsOf } from './methods.ts';
import { overviewOf } from './overview.ts';
import { physicsOf } from './physics-section.ts';
import { refinementOf } from './refinement-section.ts';
import { REPORT_VERSION, type Report } from './report-schema.ts';
import { REPORT_LIMITS } from './report-numbers.ts';

/** What a report knows beyond its certificate; null or empty where it was not at hand. */
export interface ReportEvidence {
  /** The certificate's file as it was named. */
  readonly file: string;
  /** Elements of the structures, ascending, by content id. */
  readonly elements: ReadonlyMap<string, readonly number[]> | null;
  /** Structures that figures may show, by content id. */
  readonly structures: ReadonlyMap<string, KnownStructure>;
  readonly history: StrategyHistory;
  readonly failureModes: FailureModesSection | null;
  readonly risk: RiskReport | null;
  readonly alternatives: RefinementReport | null;
  readonly comparison: Comparison | null;
  /** Why something is missing, in sentences. */
  readonly notes: readonly string[];
}

/** Two-sided level of the intervals that a report computes itself. */
export const REPORT_CONFIDENCE = 0.95;

/** Puts a report together. Nothing here depends on time, place or chance: the same evidence gives the same report. */
export function reportOf(certificate: Certificate, evidence: ReportEvidence): Report {
  const { content, hash } = certificate;
  const { elements, failureModes, risk, alternatives, comparison } = evidence;
  return {
    kind: 'report',
    version: REPORT_VERSION,
    certificate: { hash, file: boundedText(evidence.file, 2000) },
    confidence: REPORT_CONFIDENCE,
    overview: overviewOf(certificate, REPORT_CONFIDENCE),
    refinement: refinementOf(content),
    alternatives,
    discovery: discoveryOf(content, evidence.history, REPORT_CONFIDENCE),
    elements: elements === null ? null : elementsSection(content, elements),
    errorBounds: elements === null ? null : errorBoundsOf(content, elements, REPORT_CONFIDENCE),
    risk,
    physics: physicsOf(content),
    failureModes,
    counterexamples: counterexamplesOf(content, evidence.structures),
    comparison,
    methods: methodsOf(
      content,
      {
        elements: elements !== null,
        alternatives: alternatives !== null,
        failureModes: failureModes !== null,
        risk: risk !== null,
        comparison: comparison !== null,
      },
      REPORT_CONFIDENCE,
    ),
    notes: evidence.notes.slice(0, REPORT_LIMITS.texts).map((note) => boundedText(note, 2000)),
  };
}

function elementsSection(
  { search, criterion }: CertificateContent,
  elements: ReadonlyMap<string, readonly number[]>,
): Report['elements'] {
  const judged = search.id.flatMap((id, row): JudgedComposition[] => {
    const present = elements.get(id);
    const scaled = search.error[row]!;
    if (present === undefined) return [];
    const error = scaled >= LARGEST_CELL ? NaN : scaled / criterion.scale;
    return [{ elements: present, error, failed: scaled > criterion.scaledThreshold }];
  });
  const scope =
    'Search observations, inside the envelope and outside. Strategies chose them because they might fail, so the rates compare groups; they estimate no rate of any population.';
  return elementsOf(judged, scope, REPORT_CONFIDENCE);
}

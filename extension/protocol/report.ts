/**
 * The report of a certificate, and the comparison of models, as reports and views hold them; the definitions are the
 * domain's own.
 */
export { reportSchema, REPORT_VERSION, type Report } from '../core/report/report-schema.ts';
export { REPORT_LIMITS, type Estimate, type IntervalReport, type Rate } from '../core/report/report-numbers.ts';
export type {
  CounterexampleReport,
  CounterexamplesSection,
  CrystalReport,
  DiscoverySection,
  ElementRate,
  ElementsSection,
  ErrorBoundsSection,
  FamilyRate,
  OverviewSection,
  PhysicsSection,
  RefinementSection,
} from '../core/report/sections.ts';
export type {
  DirectionErrors,
  EnergyOffsets,
  FailureCluster,
  FailureModesSection,
  Softening,
  UnitFault,
} from '../core/failure-modes/failure-modes-schema.ts';
export {
  comparisonSchema,
  type ComparedPair,
  type Comparison,
  type FailureTransfer,
  type RiskTransfer,
} from '../core/comparison/comparison-schema.ts';

/** The evaluation of a risk model as reports and views hold it; the definition is the domain's own. */
export {
  riskReportSchema,
  type ControlReport,
  type MatchedReport,
  type RiskReport,
  type ScoreComparisonReport,
  type ScoreReport,
} from '../core/risk/risk-report.ts';

/** A refinement as reports and views hold it; the definition is the domain's own. */
export {
  refinementReportSchema,
  type RefinementReport,
  type RegionReport,
  type Variation,
} from '../core/refinement/refinement-report.ts';

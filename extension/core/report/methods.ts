import type { CertificateContent } from '../certificate.ts';
import { errorName } from '../obligations/wording.ts';

/** One work that the methods of a report rest on. */
interface Reference {
  readonly id: string;
  readonly text: string;
}

const works = {
  pcm: 'Proof-Carrying Materials. arXiv:2603.12183.',
  clopper:
    'C. J. Clopper and E. S. Pearson. The use of confidence or fiducial limits illustrated in the case of the binomial. Biometrika 26, 404–413 (1934).',
  wilson:
    'E. B. Wilson. Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22, 209–212 (1927).',
  efron: 'B. Efron. Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82, 171–185 (1987).',
  delong:
    'E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson. Comparing the areas under two or more correlated receiver operating characteristic curves. Biometrics 44, 837–845 (1988).',
  vovk: 'V. Vovk, A. Gammerman and G. Shafer. Algorithmic Learning in a Random World. Springer (2005).',
  lei: 'J. Lei, M. G’Sell, A. Rinaldo, R. J. Tibshirani and L. Wasserman. Distribution-free predictive inference for regression. J. Am. Stat. Assoc. 113, 1094–1111 (2018).',
  fisher: 'R. A. Fisher. The logic of inductive inference. J. R. Stat. Soc. 98, 39–82 (1935).',
  holm: 'S. Holm. A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6, 65–70 (1979).',
  hochberg:
    'Y. Benjamini and Y. Hochberg. Controlling the false discovery rate. J. R. Stat. Soc. B 57, 289–300 (1995).',
  mcnemar:
    'Q. McNemar. Note on the sampling error of the difference between correlated proportions or percentages. Psychometrika 12, 153–157 (1947).',
  friedman:
    'J. H. Friedman. Greedy function approximation: a gradient boosting machine. Ann. Stat. 29, 1189–1232 (2001).',
  breiman: 'L. Breiman. Random forests. Mach. Learn. 45, 5–32 (2001).',
  hc3: 'J. G. MacKinnon and H. White. Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample properties. J. Econom. 29, 305–325 (1985).',
  deng: 'B. Deng et al. Systematic softening in universal machine learning interatomic potentials. npj Comput. Mater. 11, 9 (2025).',
  prim: 'J. H. Friedman and N. I. Fisher. Bump hunting in high-dimensional data. Stat. Comput. 9, 123–143 (1999).',
  bonett:
    'D. G. Bonett and T. A. Wright. Sample size requirements for estimating Pearson, Kendall and Spearman correlations. Psychometrika 65, 23–28 (2000).',
  mondrian:
    'V. Vovk, D. Lindsay, I. Nouretdinov and A. Gammerman. Mondrian confidence machine. Technical report, Royal Holloway, University of London (2003).',
  wolfe: 'P. Wolfe. Finding the nearest point in a polytope. Math. Program. 11, 128–149 (1976).',
  moura:
    'L. de Moura and S. Ullrich. The Lean 4 theorem prover and programming language. CADE 28, LNCS 12699, 625–635 (2021).',
} as const;
type Work = keyof typeof works;

/** Which parts the report has besides those that every certificate brings. */
export interface ReportParts {
  readonly elements: boolean;
  readonly alternatives: boolean;
  readonly failureModes: boolean;
  readonly risk: boolean;
  readonly comparison: boolean;
}

export interface Methods {
  readonly paragraphs: string[];
  readonly references: Reference[];
}

/** How the numbers of this report came about, in words that a paper could use; citations are [n] into the references. */
export function methodsOf(content: CertificateContent, parts: ReportParts, confidence: number): Methods {
  const cited: Work[] = [];
  const cite = (...names: Work[]): string => {
    for (const name of names) if (!cited.includes(name)) cited.push(name);
    return `[${names.map((name) => cited.indexOf(name) + 1).join(', ')}]`;
  };
  const percent = (value: number): string => `${Number((100 * value).toPrecision(6))} %`;
  const { claim, criterion, rounds, search } = content;
  const level = claim.confidence.numerator / claim.confidence.denominator;
  const replicates = content.replicates[0]?.counts.reduce((sum, count) => sum + count, 0);
  const paragraphs = [
    `The model was tested as proof-carrying materials ${cite('pcm')} does it: counterexamples are searched for in the pool of structures, an axis-aligned envelope in feature space is refined in ${rounds.length} rounds to leave them outside, and what is claimed of it is stated as theorems that the kernel of Lean 4 ${cite('moura')} decides. A structure fails where its ${errorName(criterion.kind)} exceeds ${criterion.threshold} ${criterion.unit}; a prediction that is missing or not finite is a failure. Structures were split once, by a seeded hash of their content, into a search split (${search.id.length} observations), which shaped the envelope, and a validation split, which was put to the model only after the last round and only inside the envelope.`,
    `Bounds of the envelope carry two-sided ${percent(level)} bootstrap intervals, percentile and bias-corrected and accelerated ${cite('efron')}${replicates === undefined ? '' : `, of ${replicates} replicates`}. The failure rate inside is bounded from validation structures alone, by the exact one-sided binomial bound of Clopper and Pearson ${cite('clopper')} at significance ${claim.significance.numerator / claim.significance.denominator}: a statement about structures drawn like the validation split, and about no others. Other rates come with the exact interval and that of Wilson ${cite('wilson')} at ${percent(confidence)}. Rates over the search split describe structures that strategies chose because they might fail; they estimate no rate of any population.`,
  ];
  if (claim.conformal !== null) {
    paragraphs.push(
      `The bound on the error is split-conformal ${cite('vovk', 'lei')}: if structures to come are exchangeable with those of the validation split, a share of at most ${percent(claim.conformal.miscoverage.numerator / claim.conformal.miscoverage.denominator)} of them has a larger error.`,
    );
  }
  if (parts.alternatives) {
    paragraphs.push(
      `What the envelope owes to chance was looked at on the search split alone: one round of the refinement was repeated from other seeds and at other thresholds, and the envelope was held against a box of central quantiles, the convex hull of the most central passing structures (membership by Wolfe’s nearest-point algorithm ${cite('wolfe')}) and the distance to the five nearest passing structures. All were drawn without the fold they are judged on, with compositions kept together, at the envelope’s own coverage; differences of failure rates carry bootstrap intervals over compositions.`,
    );
  }
  if (parts.elements) {
    paragraphs.push(
      `Error bounds by family are split-conformal within each family (Mondrian ${cite('mondrian')}): they hold for structures exchangeable with the family’s own validation structures inside the envelope, one family at a time.`,
    );
    paragraphs.push(
      `Elements and families are compared with all other structures by Fisher’s exact test ${cite('fisher')}, with Holm’s correction ${cite('holm')} within each table. Groups overlap, since a structure belongs to every element that it contains.`,
    );
  }
  if (parts.risk) {
    paragraphs.push(
      `The risk of failure is learnt by gradient-boosted trees ${cite('friedman')} and judged out of fold, with compositions kept together. Areas under the ROC curve and their differences carry the intervals of DeLong et al. ${cite('delong')}; importances are losses of area under permutation ${cite('breiman')}. Baselines that cost nothing stand beside every figure, and a control with shuffled labels shows what chance gives.`,
    );
  }
  if (parts.failureModes) {
    paragraphs.push(
      `Energy offsets are least-squares constants per element with heteroscedasticity-consistent (HC3) intervals ${cite('hc3')}; what they explain is computed with each structure left out of its own fit. The softening of forces is the slope of predicted on reference components through the origin (compare ${cite('deng')}), with a bootstrap over structures. Clusters of counterexamples are boxes of few conditions found by peeling ${cite('prim')}, found on every other observation; their rates are those of the observations in between.`,
    );
  }
  if (parts.comparison) {
    paragraphs.push(
      `Models are compared on the structures that all of them answered for: equal failure rates by McNemar’s exact test ${cite('mcnemar')}, errors by Pearson’s and Spearman’s correlations with Fisher’s z intervals ${cite('bonett')}, overlap by Jaccard’s index with a bootstrap over compositions, and risk models by training on one model’s failures and predicting another’s, out of fold. P-values are corrected over all pairs by Holm ${cite('holm')} and by Benjamini and Hochberg ${cite('hochberg')}.`,
    );
  }
  return { paragraphs, references: cited.map((name) => ({ id: name, text: works[name] })) };
}

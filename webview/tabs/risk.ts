import { cardChoice } from '../card-choice.ts';
import { chartCard, twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { percent, plural, quantity } from '../format.ts';
import type { Actions, Section } from '../page.ts';
import { importancePlot, reliabilityPlot, riskCoveragePlot, rocPlot, type Evaluated } from '../plots/risk-plots.ts';

/** How well failures can be foretold on structures that the risk model has not seen, each figure beside its baselines. */
export function riskTab(actions: Actions): Section[] {
  const card = (id: string, title: string, hint: string): ReturnType<typeof chartCard> =>
    chartCard({ id, title, hint, ...cardChoice(actions, id) });
  const roc = card('roc', 'ROC curve', 'Failures found against false alarms');
  const reliability = card('reliability', 'Reliability', 'Does a predicted 20 % fail in 20 of 100 cases?');
  const coverage = card('risk-coverage', 'Risk and coverage', 'Failure rate when only the safest are accepted');
  const importance = card('importance', 'Importance', 'Loss of AUC when a feature is shuffled, with intervals');
  const words = element('p', { class: 'nothing' });
  const facts = element('div', {});
  const charts = element('div', { class: 'cards two' }, roc.root, coverage.root, reliability.root, importance.root);
  const root = element('section', { class: 'risk discovery' }, words, facts, charts);
  let drawn: unknown;

  return [
    {
      root,
      update({ report, table }) {
        const risk = report?.risk ?? null;
        const key = risk ?? [report === undefined, table === undefined].join();
        if (key === drawn) return;
        drawn = key;
        words.hidden = risk?.kind === 'evaluated';
        facts.hidden = risk?.kind !== 'evaluated';
        charts.hidden = risk?.kind !== 'evaluated';
        if (risk === null) {
          words.textContent = waitingWords(report === undefined, table === undefined, report?.notes ?? []);
          return;
        }
        if (risk.kind === 'too-few') {
          words.textContent = `${risk.reason} There are ${plural(risk.rows, 'structure')}, and ${risk.failures} of them failed.`;
          return;
        }
        facts.replaceChildren(
          element(
            'p',
            { class: 'faint' },
            `${plural(risk.rows, 'structure')}, ${risk.failures} failed; ${risk.folds} folds that never cut through one of ` +
              `${plural(risk.groups, 'group')} of near-duplicates. ${controlWords(risk)}`,
          ),
          scoreTable(risk),
        );
        roc.update(rocPlot(risk), areaWords(risk));
        coverage.update(riskCoveragePlot(risk), 'Lower is better; at full coverage every line meets the failure rate.');
        reliability.update(reliabilityPlot(risk), brierWords(risk));
        importance.update(importancePlot(risk), 'Features whose interval holds 0 may say nothing.');
      },
    },
  ];
}

/** Why there is nothing to see yet. */
export function waitingWords(isReportMissing: boolean, isTableMissing: boolean, notes: readonly string[]): string {
  if (isTableMissing) return 'This can be evaluated once there is a certificate.';
  if (isReportMissing) return 'Being evaluated …';
  return notes.length > 0 ? notes.join(' ') : 'The report of this certificate does not hold it.';
}

/** Share of the rows whose precision stands in the table; fewer say little. */
const RISKIEST = 0.1;

function scoreTable({ scores, confidence }: Evaluated): HTMLElement {
  const level = `${quantity(100 * confidence)} % interval`;
  return twinElement(
    {
      columns: ['score', 'AUC', level, 'precision of the riskiest', level, 'risk–coverage area'],
      rows: scores.map(({ title, role, area, top, riskCoverage }) => {
        const first = top.find(({ share }) => share >= RISKIEST) ?? top.at(-1);
        const interval = area.bca ?? area.percentile ?? area.delong;
        return [
          role === 'baseline' ? `${title} (baseline)` : title,
          area.value === null ? '–' : area.value.toFixed(3),
          interval === null ? '–' : `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`,
          first === undefined ? '–' : `${percent(first.precision)} of the top ${percent(first.share)}`,
          first?.interval == null ? '–' : `${percent(first.interval.lower)} to ${percent(first.interval.upper)}`,
          riskCoverage === null ? '–' : quantity(riskCoverage.area),
        ];
      }),
      omitted: 0,
    },
    'Scores and baselines',
  );
}

function areaWords({ scores }: Evaluated): string {
  return scores.map(({ title, area }) => `${title} ${area.value === null ? '–' : area.value.toFixed(3)}`).join(', ');
}

function brierWords({ scores }: Evaluated): string {
  return scores
    .flatMap(({ title, calibration }) =>
      calibration === null
        ? []
        : [
            `${title}: Brier score ${quantity(calibration.brier)}, always the failure rate ${quantity(calibration.brierOfRate)}`,
          ],
    )
    .join('; ');
}

function controlWords({ control }: Evaluated): string {
  if (control.area === null) return '';
  return control.isSound
    ? `Trained on shuffled verdicts it reaches ${control.area.toFixed(3)}, as chance would.`
    : `Trained on shuffled verdicts it reaches ${control.area.toFixed(3)}: these figures leak and are not to be trusted.`;
}

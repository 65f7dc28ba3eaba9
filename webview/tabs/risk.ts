import { cardChoice } from '../card-choice.ts';
import { chartCard, twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { count, percent, quantity, range, structures } from '../format.ts';
import type { Actions, Section } from '../page.ts';
import { importancePlot, reliabilityPlot, riskCoveragePlot, rocPlot, type Evaluated } from '../plots/risk-plots.ts';
import { t } from '../words.ts';

/** How well failures can be foretold on structures that the risk model has not seen, each figure beside its baselines. */
export function riskTab(actions: Actions): Section[] {
  const card = (id: string, title: string, hint: string): ReturnType<typeof chartCard> =>
    chartCard({ id, title, hint, ...cardChoice(actions, id) });
  const roc = card('roc', t('ROC curve'), t('Failures found against false alarms'));
  const reliability = card('reliability', t('Reliability'), t('Does a predicted 20 % fail in 20 of 100 cases?'));
  const coverage = card('risk-coverage', t('Risk and coverage'), t('Failure rate when only the safest are accepted'));
  const importance = card('importance', t('Importance'), t('Loss of AUC when a feature is shuffled, with intervals'));
  const words = element('p', { class: 'nothing' });
  const facts = element('div', { class: 'facts' });
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
          words.textContent = t(
            '{0} Tested: {1}, and {2} of them failed.',
            risk.reason,
            structures(risk.rows),
            risk.failures,
          );
          return;
        }
        facts.replaceChildren(
          element(
            'p',
            { class: 'faint' },
            [
              t('{0}, {1} failed.', structures(risk.rows), count(risk.failures)),
              risk.groups === 1
                ? t('{0} folds that never cut through the group of near-duplicates.', risk.folds)
                : t(
                    '{0} folds that never cut through one of {1} groups of near-duplicates.',
                    risk.folds,
                    count(risk.groups),
                  ),
              controlWords(risk),
            ].join(' '),
          ),
          scoreTable(risk),
        );
        roc.update(rocPlot(risk), areaWords(risk));
        coverage.update(
          riskCoveragePlot(risk),
          t('Lower is better; at full coverage every line meets the failure rate.'),
        );
        reliability.update(reliabilityPlot(risk), brierWords(risk));
        importance.update(importancePlot(risk), t('Features whose interval holds 0 may say nothing.'));
      },
    },
  ];
}

/** Why there is nothing to see yet. */
export function waitingWords(isReportMissing: boolean, isTableMissing: boolean, notes: readonly string[]): string {
  if (isTableMissing) return t('This can be evaluated once there is a certificate.');
  if (isReportMissing) return t('Being evaluated …');
  return notes.length > 0 ? notes.join(' ') : t('The report of this certificate does not hold it.');
}

const threeDecimals = (value: number): string => value.toFixed(3);

/** Share of the rows whose precision stands in the table; fewer say little. */
const RISKIEST = 0.1;

function scoreTable({ scores, confidence }: Evaluated): HTMLElement {
  const level = t('{0} % interval', quantity(100 * confidence));
  return twinElement(
    {
      columns: [t('score'), t('AUC'), level, t('precision of the riskiest'), level, t('risk–coverage area')],
      rows: scores.map(({ title, role, area, top, riskCoverage }) => {
        const first = top.find(({ share }) => share >= RISKIEST) ?? top.at(-1);
        const interval = area.bca ?? area.percentile ?? area.delong;
        return [
          role === 'baseline' ? t('{0} (baseline)', title) : title,
          area.value === null ? '–' : threeDecimals(area.value),
          interval === null ? '–' : range(interval, threeDecimals),
          first === undefined ? '–' : t('{0} of the top {1}', percent(first.precision), percent(first.share)),
          first?.interval == null ? '–' : range(first.interval, percent),
          riskCoverage === null ? '–' : quantity(riskCoverage.area),
        ];
      }),
      omitted: 0,
    },
    t('Scores and baselines'),
  );
}

function areaWords({ scores }: Evaluated): string {
  return scores
    .map(({ title, area }) => `${title} ${area.value === null ? '–' : threeDecimals(area.value)}`)
    .join(', ');
}

function brierWords({ scores }: Evaluated): string {
  return scores
    .flatMap(({ title, calibration }) =>
      calibration === null
        ? []
        : [
            t(
              '{0}: Brier score {1}, always the failure rate {2}',
              title,
              quantity(calibration.brier),
              quantity(calibration.brierOfRate),
            ),
          ],
    )
    .join('; ');
}

function controlWords({ control }: Evaluated): string {
  if (control.area === null) return '';
  return control.isSound
    ? t('Trained on shuffled verdicts it reaches {0}, as chance would.', threeDecimals(control.area))
    : t(
        'Trained on shuffled verdicts it reaches {0}: these figures leak and are not to be trusted.',
        threeDecimals(control.area),
      );
}

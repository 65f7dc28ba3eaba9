import type { ModelView } from '../../extension/protocol/dashboard-state.ts';
import { element } from '../element.ts';
import { count, percent } from '../format.ts';
import { section, type Section } from '../page.ts';
import { t } from '../words.ts';

/** The figures one wants first: what was tested, what failed, what may be claimed, what was proved. */
export function summarySection(): Section {
  return section(
    'summary',
    ({ model }) => model && { rounds: model.rounds, result: model.result, verdicts: verdictCounts(model) },
    (selected) => {
      if (selected === undefined) return [];
      const { rounds, result, verdicts } = selected;
      const last = rounds.at(-1);
      const tested = result?.structures.tested ?? rounds.reduce((sum, round) => sum + round.tested, 0);
      const failed = result?.structures.failed ?? last?.discovered ?? 0;
      return [
        figure(t('Structures tested'), count(tested), refusedText(result)),
        figure(
          t('Counterexamples'),
          count(failed),
          tested > 0 ? t('{0} of those tested', percent(failed / tested)) : '',
        ),
        figure(
          t('Envelope covers'),
          last === undefined ? '–' : percent(last.coverage),
          last === undefined ? t('no round finished yet') : t('after round {0} of {1}', last.round, last.rounds),
        ),
        figure(
          t('Failure rate inside'),
          result === null ? '–' : `≤ ${percent(result.validation.upperBound)}`,
          result === null ? t('known after validation') : heldOutWords(result.validation),
        ),
        figure(
          t('Obligations proved'),
          verdicts.all === 0 ? '–' : t('{0} of {1}', count(verdicts.proved), count(verdicts.all)),
          verdicts.all === 0
            ? t('not checked yet')
            : t('{0} refuted, {1} undecided', count(verdicts.refuted), count(verdicts.stuck)),
        ),
      ];
    },
  );
}

function figure(name: string, value: string, detail: string): HTMLElement {
  return element(
    'div',
    { class: 'figure' },
    element('div', { class: 'figure-name' }, name),
    element('div', { class: 'figure-value numbers' }, value),
    element('div', { class: 'faint' }, detail),
  );
}

function heldOutWords({ failures, inside }: NonNullable<ModelView['result']>['validation']): string {
  return inside === 1
    ? t('{0} of 1 held-out structure failed', count(failures))
    : t('{0} of {1} held-out structures failed', count(failures), count(inside));
}

function refusedText(result: ModelView['result']): string {
  if (result === null) return t('so far');
  return result.structures.refused === 0 ? t('none refused') : t('{0} refused', count(result.structures.refused));
}

function verdictCounts(model: ModelView): { all: number; proved: number; refuted: number; stuck: number } {
  const of = (verdict: string): number => model.obligations.filter((each) => each.verdict === verdict).length;
  return {
    all: model.obligations.length + model.obligationsOmitted,
    proved: model.result?.verdicts.proved ?? of('proved'),
    refuted: model.result?.verdicts.refuted ?? of('refuted'),
    stuck: model.result?.verdicts.stuck ?? of('stuck'),
  };
}

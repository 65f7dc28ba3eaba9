import type { ModelView } from '../../extension/protocol/dashboard-state.ts';
import { element } from '../element.ts';
import { count, percent, plural } from '../format.ts';
import { section, type Section } from '../page.ts';

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
        figure('Structures tested', count(tested), refusedText(result)),
        figure('Counterexamples', count(failed), tested > 0 ? `${percent(failed / tested)} of those tested` : ''),
        figure(
          'Envelope covers',
          last === undefined ? '–' : percent(last.coverage),
          last === undefined ? 'no round finished yet' : `after round ${last.round} of ${last.rounds}`,
        ),
        figure(
          'Failure rate inside',
          result === null ? '–' : `≤ ${percent(result.validation.upperBound)}`,
          result === null
            ? 'known after validation'
            : `${count(result.validation.failures)} of ${plural(result.validation.inside, 'held-out structure')} failed`,
        ),
        figure(
          'Obligations proved',
          verdicts.all === 0 ? '–' : `${count(verdicts.proved)} of ${count(verdicts.all)}`,
          verdicts.all === 0
            ? 'not checked yet'
            : `${count(verdicts.refuted)} refuted, ${count(verdicts.stuck)} undecided`,
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

function refusedText(result: ModelView['result']): string {
  if (result === null) return 'so far';
  return result.structures.refused === 0 ? 'none refused' : `${count(result.structures.refused)} refused`;
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

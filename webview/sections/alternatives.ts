import type { RefinementReport, Variation } from '../../extension/protocol/refinement-report.ts';
import { twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { featureName, percent, quantity } from '../format.ts';
import type { Section } from '../page.ts';

/** Simpler regions at the envelope's coverage, and how much the envelope owes to the seed and to the threshold. */
export function alternativesSection(): Section {
  const root = element('section', { class: 'alternatives discovery' });
  let drawn: RefinementReport | null | undefined;
  return {
    root,
    update({ report }) {
      const refinement = report?.alternatives ?? null;
      if (refinement === drawn) return;
      drawn = refinement;
      root.hidden = refinement === null;
      root.replaceChildren(...(refinement === null ? [] : [regions(refinement), sensitivity(refinement)]));
    },
  };
}

function regions({ alternatives, confidence }: RefinementReport): HTMLElement {
  const level = `${quantity(100 * confidence)} % interval`;
  return card(
    'Simpler regions',
    alternatives === null
      ? 'There are too few observations to hold some out.'
      : 'Drawn without the structures they are judged on, each as large as the envelope',
    alternatives === null
      ? null
      : {
          columns: ['region', 'inside', 'failure rate', level, 'kept of the passing', 'minus the envelope’s', level],
          rows: alternatives.regions.map(
            ({ title, inside, failureRate, interval, yield: kept, difference: unlike }) => [
              title,
              String(inside),
              failureRate === null ? '–' : percent(failureRate),
              interval === null ? '–' : `${percent(interval.lower)} to ${percent(interval.upper)}`,
              kept === null ? '–' : percent(kept),
              unlike === null ? '–' : quantity(unlike.value),
              unlike?.interval == null
                ? '–'
                : `${quantity(unlike.interval.lower)} to ${quantity(unlike.interval.upper)}`,
            ],
          ),
          omitted: 0,
        },
  );
}

function sensitivity({ sensitivity: found, rounds }: RefinementReport): HTMLElement {
  const features = rounds[0]?.features.map(({ feature }) => featureName(feature)) ?? [];
  const row = (kind: string, one: Variation): string[] => [
    `${kind} ${quantity(one.value)}`,
    percent(one.coverage),
    String(one.failing),
    percent(one.overlap),
    one.meetsClaim ? 'yes' : 'no',
    ...features.map((_, f) => (one.compression === null ? '–' : percent(one.compression[f]!))),
  ];
  return card('Seed and threshold', 'One round on all observations at once, with one thing changed', {
    columns: ['changed to', 'inside', 'failing inside', 'overlap', 'meets the claim', ...features],
    rows: [...found.seeds.map((one) => row('seed', one)), ...found.thresholds.map((one) => row('threshold', one))],
    omitted: 0,
  });
}

function card(title: string, hint: string, twin: Parameters<typeof twinElement>[0] | null): HTMLElement {
  return element(
    'article',
    { class: 'card' },
    element('h3', {}, title),
    element('p', { class: 'faint' }, hint),
    ...(twin === null ? [] : [twinElement(twin, title)]),
  );
}

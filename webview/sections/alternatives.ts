import type { RefinementReport, Variation } from '../../extension/protocol/refinement-report.ts';
import { twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { featureName, percent, quantity, range } from '../format.ts';
import type { Section } from '../page.ts';
import { t } from '../words.ts';

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
  const level = t('{0} % interval', quantity(100 * confidence));
  return card(
    t('Simpler regions'),
    alternatives === null
      ? t('There are too few observations to hold some out.')
      : t('Drawn without the structures they are judged on, each as large as the envelope'),
    alternatives === null
      ? null
      : {
          columns: [
            t('region'),
            t('inside'),
            t('failure rate'),
            level,
            t('kept of the passing'),
            t('minus the envelope’s'),
            level,
          ],
          rows: alternatives.regions.map(
            ({ title, inside, failureRate, interval, yield: kept, difference: unlike }) => [
              title,
              String(inside),
              failureRate === null ? '–' : percent(failureRate),
              interval === null ? '–' : range(interval, percent),
              kept === null ? '–' : percent(kept),
              unlike === null ? '–' : quantity(unlike.value),
              unlike?.interval == null ? '–' : range(unlike.interval, quantity),
            ],
          ),
          omitted: 0,
        },
  );
}

function sensitivity({ sensitivity: found, rounds }: RefinementReport): HTMLElement {
  const features = rounds[0]?.features.map(({ feature }) => featureName(feature)) ?? [];
  const row = (changed: string, one: Variation): string[] => [
    changed,
    percent(one.coverage),
    String(one.failing),
    percent(one.overlap),
    one.meetsClaim ? t('yes') : t('no'),
    ...features.map((_, f) => (one.compression === null ? '–' : percent(one.compression[f]!))),
  ];
  return card(t('Seed and threshold'), t('One round on all observations at once, with one thing changed'), {
    columns: [t('changed to'), t('inside'), t('failing inside'), t('overlap'), t('meets the claim'), ...features],
    rows: [
      ...found.seeds.map((one) => row(t('seed {0}', one.value), one)),
      ...found.thresholds.map((one) => row(t('threshold {0}', quantity(one.value)), one)),
    ],
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

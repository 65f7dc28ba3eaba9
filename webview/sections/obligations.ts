import type { ObligationKind } from '../../extension/core/certificate.ts';
import type { VerdictKind } from '../../extension/core/verdict-kinds.ts';
import type { VerdictEvent } from '../../extension/protocol/events.ts';
import { element } from '../element.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import { section, type Actions, type Section } from '../page.ts';
import { t } from '../words.ts';
import { verdictWords } from '../verdict-words.ts';

const statements: Record<ObligationKind, string> = {
  nested: t('Every round’s envelope lies inside the one before.'),
  observed: t('No more structures inside the envelope fail than the claim allows.'),
  excluded: t('Every recorded counterexample lies outside the envelope.'),
  coverage: t('Enough passing structures lie inside, in every slab of every feature.'),
  bootstrap: t('Every reported interval of a bound ends at the stated replicates.'),
  confidence: t('The failure rate inside is at most the claimed one, at the claimed significance.'),
  conformal: t('All but the stated share of structures inside have an error of at most the stated bound.'),
  universal: t('Nowhere in the envelope, tested or not, is the risk of failure above the claimed one.'),
  physics: t('What symmetry and conservation laws demand holds within the tolerances.'),
  safe: t('All of the above hold together.'),
};

/** The worst verdict of a group is the group's. */
const worstFirst: readonly VerdictKind[] = ['refuted', 'stuck', 'stale', 'unchecked', 'proved'];

/** Theorems of one kind; a hostile or huge run may have more than a page should draw. */
const MOST_ROWS = 200;

interface Group {
  readonly kind: ObligationKind;
  readonly verdict: VerdictKind;
  readonly rows: readonly VerdictEvent[];
  readonly proved: number;
}

/** Every obligation with its verdict and the reason, grouped by kind; groups that are not proved stand open. */
export function obligationsSection({ kept, keep }: Actions): Section {
  return section(
    'obligations',
    ({ model }) => ({ model: model?.id ?? '', obligations: model?.obligations ?? [], result: model?.result?.lean }),
    ({ model, obligations, result }) =>
      obligations.length === 0
        ? []
        : [
            element(
              'div',
              { class: 'heading' },
              element('h2', {}, t('Obligations')),
              result == null
                ? null
                : element('span', { class: 'faint' }, t('checked by Lean {0}, {1}', result.version, result.backend)),
            ),
            ...groupsOf(obligations).map((group) =>
              groupElement(group, kept().groups[`${model} ${group.kind}`], (open) =>
                keep({ groups: { ...kept().groups, [`${model} ${group.kind}`]: open } }),
              ),
            ),
          ],
  );
}

function groupsOf(obligations: readonly VerdictEvent[]): Group[] {
  const kinds = [...new Set(obligations.map(({ obligation }) => obligation))];
  return kinds.map((kind) => {
    const rows = obligations
      .filter(({ obligation }) => obligation === kind)
      .sort((a, b) => worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict));
    const proved = rows.filter(({ verdict }) => verdict === 'proved').length;
    return { kind, verdict: rows[0]?.verdict ?? 'unchecked', rows, proved };
  });
}

/** `chosen` is what the reader has made of the group; until then it follows its verdict. */
function groupElement(group: Group, chosen: boolean | undefined, onToggle: (open: boolean) => void): HTMLElement {
  const open = chosen ?? (group.verdict === 'refuted' || group.verdict === 'stuck');
  const tally =
    group.rows.length === 1 ? '' : t('{0} of {1} theorems proved', count(group.proved), count(group.rows.length));
  const summary = element(
    'summary',
    { 'data-focus': `group ${group.kind}` },
    verdictElement(group.verdict),
    element('span', { class: 'kind' }, group.kind),
    element('span', { class: 'statement' }, statements[group.kind]),
    element('span', { class: 'faint numbers' }, tally),
  );
  const details = element(
    'details',
    { class: `group ${group.verdict}`, ...(open ? { open: '' } : {}) },
    summary,
    ...group.rows.slice(0, MOST_ROWS).map(theoremElement),
    group.rows.length > MOST_ROWS
      ? element('p', { class: 'faint' }, t('{0} more are in the certificate.', count(group.rows.length - MOST_ROWS)))
      : null,
  );
  // Not the `toggle` event: that one also comes when an open group is put into the page. A click comes before the change,
  // and the keyboard clicks too.
  summary.addEventListener('click', () => onToggle(!details.hasAttribute('open')));
  return details;
}

function theoremElement(row: VerdictEvent): HTMLElement {
  return element(
    'div',
    { class: `theorem ${row.verdict}` },
    verdictElement(row.verdict),
    element('code', {}, row.theorem),
    element('span', { class: 'reason' }, row.reason || (row.verdict === 'proved' ? t('accepted by the kernel') : '')),
  );
}

function verdictElement(verdict: VerdictKind): HTMLElement {
  return element('span', { class: `verdict verdict-${verdict}` }, icon(verdict), verdictWords[verdict]);
}

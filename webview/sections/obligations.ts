import type { ObligationKind, VerdictKind } from '../../extension/core/certificate.ts';
import type { VerdictEvent } from '../../extension/protocol/events.ts';
import { element } from '../element.ts';
import { count, plural } from '../format.ts';
import { icon } from '../icons.ts';
import { section, type Section } from '../page.ts';

const statements: Record<ObligationKind, string> = {
  nested: 'Every round’s envelope lies inside the one before.',
  observed: 'No more structures inside the envelope fail than the claim allows.',
  excluded: 'Every recorded counterexample lies outside the envelope.',
  coverage: 'Enough passing structures lie inside, in every slab of every feature.',
  confidence: 'The failure rate inside is at most the claimed one, at the claimed significance.',
  safe: 'All of the above hold together.',
};

const verdictWords: Record<VerdictKind, string> = {
  proved: 'proved',
  refuted: 'refuted',
  stuck: 'undecided',
  stale: 'outdated',
  unchecked: 'not checked',
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
export function obligationsSection(): Section {
  /** Groups that the reader has opened or closed; the others follow their verdict. */
  const toggled = new Map<string, boolean>();
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
              element('h2', {}, 'Obligations'),
              result == null
                ? null
                : element('span', { class: 'faint' }, `checked by Lean ${result.version}, ${result.backend}`),
            ),
            ...groupsOf(obligations).map((group) => groupElement(group, `${model} ${group.kind}`, toggled)),
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

function groupElement(group: Group, key: string, toggled: Map<string, boolean>): HTMLElement {
  const open = toggled.get(key) ?? (group.verdict === 'refuted' || group.verdict === 'stuck');
  const tally =
    group.rows.length === 1 ? '' : `${count(group.proved)} of ${plural(group.rows.length, 'theorem')} proved`;
  const details = element(
    'details',
    { class: `group ${group.verdict}`, ...(open ? { open: '' } : {}) },
    element(
      'summary',
      { 'data-focus': `group ${group.kind}` },
      verdictElement(group.verdict),
      element('span', { class: 'kind' }, group.kind),
      element('span', { class: 'statement' }, statements[group.kind]),
      element('span', { class: 'faint numbers' }, tally),
    ),
    ...group.rows.slice(0, MOST_ROWS).map(theoremElement),
    group.rows.length > MOST_ROWS
      ? element('p', { class: 'faint' }, `${count(group.rows.length - MOST_ROWS)} more are in the certificate.`)
      : null,
  );
  details.addEventListener('toggle', () => toggled.set(key, details.hasAttribute('open')));
  return details;
}

function theoremElement(row: VerdictEvent): HTMLElement {
  return element(
    'div',
    { class: `theorem ${row.verdict}` },
    verdictElement(row.verdict),
    element('code', {}, row.theorem),
    element('span', { class: 'reason' }, row.reason || (row.verdict === 'proved' ? 'accepted by the kernel' : '')),
  );
}

function verdictElement(verdict: VerdictKind): HTMLElement {
  return element('span', { class: `verdict verdict-${verdict}` }, icon(verdict), verdictWords[verdict]);
}

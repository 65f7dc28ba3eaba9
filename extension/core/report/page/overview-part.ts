import { errorName } from '../../obligations/wording.ts';
import type { Report } from '../report-schema.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, rateText, unitText } from './number-text.ts';
import { table } from './table.ts';

const verdictClass = { proved: 'good', refuted: 'bad', stuck: 'unsure', stale: 'unsure', unchecked: 'unsure' } as const;

/** What is claimed, what was decided, and what to do. */
export function overviewPart({ overview, certificate, notes }: Report): Markup {
  const { claim, criterion, data, lean, model, obligations, search, validation, verdicts } = overview;
  const all = obligations.length + overview.obligationsOmitted;
  return markup`<section id="overview"><h2>Overview</h2>
<div class="tiles">${[
    tile(`${verdicts.proved} of ${all}`, 'obligations proved', verdicts.proved === all && all > 0 ? 'good' : 'plain'),
    tile(String(verdicts.refuted), 'refuted', verdicts.refuted > 0 ? 'bad' : 'plain'),
    tile(
      percent(validation.upperBound),
      `failure rate inside at most, at significance ${figure(validation.significance)}`,
    ),
    tile(percent(overview.coverage), 'of the tested structures lie inside'),
    tile(percent(search.tested.rate), `of ${search.tested.structures} search structures fail`),
  ]}</div>
${overview.next.length === 0 ? null : markup`<h3>What to do next</h3><ol>${overview.next.map((step) => markup`<li>${step}</li>`)}</ol>`}
${notes.map((note) => markup`<p class="note">${note}</p>`)}
<h3>What is claimed</h3><ul>
<li>A structure fails where its ${errorName(criterion.kind)} exceeds ${figure(criterion.threshold)} ${criterion.unit}.</li>
<li>Inside the envelope at most ${claim.violations} search observations fail, at least ${claim.minimumInside} pass, and each of ${claim.slabs} slabs per feature holds at least ${claim.minimumPerSlab}.</li>
<li>The failure rate inside is at most ${percent(claim.failureRate)}, at significance ${figure(claim.significance)}.</li>
${claim.conformal === null ? null : markup`<li>All but ${percent(claim.conformal.miscoverage)} of structures inside have an error of at most ${figure(claim.conformal.bound)} ${criterion.unit}.</li>`}
${claim.risk === null ? null : markup`<li>The risk model gives no point of the envelope a probability of failure above ${percent(claim.risk)}.</li>`}
</ul>
<p>Validation: ${rateText(validation.inside)} fail inside the envelope (exact 95 % interval). Search: ${rateText(search.inside)} fail inside; ${overview.refused} structures were refused.</p>
<h3>The envelope</h3>${table(
    'Final bounds; both ends belong to it',
    [
      { title: 'feature' },
      { title: 'lower', numeric: true },
      { title: 'upper', numeric: true },
      { title: 'unit' },
      { title: 'cut off', numeric: true },
    ],
    overview.envelope.map(({ id, lower, upper, unit, compression }) => [
      id,
      figure(lower),
      figure(upper),
      unitText(unit).trim(),
      percent(compression),
    ]),
  )}
<h3>Obligations</h3><p>${
    lean === null
      ? 'No kernel has decided them yet.'
      : `Decided by Lean ${lean.version} (${lean.backend}); audit: ${lean.audit.join('; ')}.`
  }</p>${table(
    'Every theorem of the certificate',
    [{ title: 'theorem' }, { title: 'kind' }, { title: 'verdict' }, { title: 'reason' }],
    obligations.map(({ theorem, kind, verdict, reason }) => [
      theorem,
      kind,
      markup`<span class="${verdictClass[verdict]}">${verdict}</span>`,
      reason,
    ]),
    200,
  )}
<h3>Inputs</h3>${table(
    'What was audited, by content',
    [{ title: 'input' }, { title: 'sha-256' }, { title: 'structures', numeric: true }],
    [
      [`model ${model.id} (${model.kind})`, hash(model.sha256), ''],
      ...data.map(({ file, sha256, structures }) => [file, hash(sha256), structures] as const),
      ['certificate', hash(certificate.hash), ''],
    ],
  )}<p class="soft">${Object.entries(model.description)
    .map(([key, text]) => `${key}: ${text}`)
    .join('; ')}</p></section>`;
}

const hash = (text: string): Markup => markup`<span class="hash">${text}</span>`;
const tile = (value: string, label: string, kind = 'plain'): Markup =>
  markup`<div class="tile"><b class="${kind}">${value}</b><span>${label}</span></div>`;

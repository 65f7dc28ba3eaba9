import { applyEdits, modify, type Edit } from 'jsonc-parser';
import type { CertificateEvent, OfferedRemedy } from '../protocol/certificate-event.ts';
import type { Translate } from '../protocol/translate.ts';

/** A remedy as the user is offered it: the edit of the project file that carries it out, or why there is none. */
export type OfferedFix =
  | { readonly kind: 'edit'; readonly title: string; readonly edits: OfferedRemedy['edits'] }
  | { readonly kind: 'impossible'; readonly title: string; readonly reason: string };

/** More of the data than this is not taken for validation: the search needs some to find an envelope with. */
const LARGEST_SHARE = 0.8;

/** What can be done about an obligation, in the words of the remedy. */
export function offeredFix(
  remedy: OfferedRemedy,
  { validation }: Pick<CertificateEvent, 'validation'>,
  t: Translate,
): OfferedFix {
  const title = remedy.text[0]!.toUpperCase() + remedy.text.slice(1);
  if (remedy.edits.length > 0) return { kind: 'edit', title, edits: remedy.edits };
  if (remedy.kind !== 'add-validation' || remedy.structures === undefined) {
    return {
      kind: 'impossible',
      title,
      reason: t('This takes other data or another run; the project file cannot say it.'),
    };
  }
  // The share of the data that lies inside stays about what it was, so the split has to grow in proportion.
  const share = validation.inside === 0 ? 1 : validation.share * (1 + remedy.structures / validation.inside);
  if (!(share <= LARGEST_SHARE)) {
    return {
      kind: 'impossible',
      title,
      reason: t('The project has not that many structures to set aside: add data files to "data" and certify again.'),
    };
  }
  const rounded = Math.ceil(share * 100) / 100;
  return {
    kind: 'edit',
    title: t('{0}, by {1}', title, `"validationShare": ${rounded}`),
    edits: [{ path: ['refinement', 'validationShare'], value: rounded }],
  };
}

/** The edits of a project file's text that give keys their values; comments and layout stay. Offsets in UTF-16 units. */
export function keyEdits(text: string, edits: OfferedRemedy['edits']): Edit[] {
  const formattingOptions = { tabSize: 2, insertSpaces: true, eol: text.includes('\r\n') ? '\r\n' : '\n' };
  if (edits.length === 1) return modify(text, edits[0]!.path, edits[0]!.value, { formattingOptions });
  // Edits of one text cannot be made independently of each other: what they add up to replaces what differs.
  const after = edits.reduce(
    (current, { path, value }) => applyEdits(current, modify(current, path, value, { formattingOptions })),
    text,
  );
  let from = 0;
  while (from < text.length && text[from] === after[from]) from++;
  let tail = 0;
  while (tail < text.length - from && tail < after.length - from && text.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return [{ offset: from, length: text.length - from - tail, content: after.slice(from, after.length - tail) }];
}

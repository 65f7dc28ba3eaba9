/** A piece of HTML or SVG in which every text from outside is escaped. Only `markup` and `joined` make one. */
export interface Markup {
  readonly markup: string;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content or a quoted attribute. */
export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);

/** Template tag: literal parts are markup, everything that is put in is text, unless it is markup itself. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[] | null)[]
): Markup {
  const written = values.map((value) => {
    if (value === null) return '';
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return escapeText(value);
    return 'markup' in value ? value.markup : value.map((one) => one.markup).join('');
  });
  return { markup: parts.map((part, at) => part + (written[at] ?? '')).join('') };
}

export const nothing: Markup = { markup: '' };

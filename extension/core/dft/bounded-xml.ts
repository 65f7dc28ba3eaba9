/**
 * A strict reader of the XML that Quantum ESPRESSO writes: elements, attributes, text and comments. There are no document
 * types, no processing instructions after the declaration, no CDATA, and no entities but the five predefined ones, so
 * that nothing can expand; sizes and depth are bounded.
 */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, entities resolved. */
  readonly text: string;
}

export type XmlOutcome =
  { readonly kind: 'read'; readonly root: XmlElement } | { readonly kind: 'malformed'; readonly reason: string };

export const LARGEST_XML = 64 * 2 ** 20;
const DEEPEST = 64;
const MOST_ELEMENTS = 2_000_000;

const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const openTag = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>`, 'y');
const closeTag = new RegExp(String.raw`</(${NAME})\s*>`, 'y');
const attribute = new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'g');
const declaration = /^\uFEFF?<\?xml\s[^<>]{0,200}\?>/;

interface Draft {
  readonly qualified: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  readonly text: string[];
}

/** Reads a document; anything outside the subset above is malformed. */
export function readXml(text: string): XmlOutcome {
  if (text.length > LARGEST_XML) return malformed(`it has more than ${LARGEST_XML} characters`);
  let at = declaration.exec(text)?.[0].length ?? 0;
  const open: Draft[] = [];
  let elements = 0;
  for (;;) {
    const next = text.indexOf('<', at);
    const between = next < 0 ? text.slice(at) : text.slice(at, next);
    const inside = open.at(-1);
    if (inside === undefined ? between.trim() !== '' : next < 0)
      return malformed('it ends too early, or has text outside its root');
    const resolved = resolveEntities(between);
    if (resolved === null) return malformed('it uses an entity that is not predefined');
    inside?.text.push(resolved);
    if (next < 0) return malformed('it has no root element');
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('-->', next + 4);
      if (end < 0) return malformed('a comment does not end');
      at = end + 3;
      continue;
    }
    closeTag.lastIndex = next;
    const closing = closeTag.exec(text);
    let finished: Draft;
    if (closing !== null) {
      const draft = open.pop();
      if (draft === undefined || draft.qualified !== closing[1]) return malformed(`</${closing[1]!}> closes nothing`);
      finished = draft;
      at = closeTag.lastIndex;
    } else {
      openTag.lastIndex = next;
      const opening = openTag.exec(text);
      if (opening === null)
        return malformed(`what begins with ${JSON.stringify(text.slice(next, next + 20))} is no element`);
      if (++elements > MOST_ELEMENTS || open.length >= DEEPEST)
        return malformed('it has too many elements, or too deep');
      const attributes = readAttributes(opening[2]!);
      if (attributes === null) return malformed('an attribute stands twice or uses an entity that is not predefined');
      const draft: Draft = { qualified: opening[1]!, attributes, children: [], text: [] };
      at = openTag.lastIndex;
      if (opening[3] === '') {
        open.push(draft);
        continue;
      }
      finished = draft;
    }
    const element = elementOf(finished);
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else
      return text.slice(at).trim() === '' ? { kind: 'read', root: element } : malformed('something follows its root');
  }
}

/** The element at a path of names below another, or null; where a name stands several times the first one counts. */
export function childAt(element: XmlElement, ...path: readonly string[]): XmlElement | null {
  let found: XmlElement | undefined = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found ?? null;
}

function elementOf({ qualified, attributes, children, text }: Draft): XmlElement {
  return { name: qualified.slice(qualified.indexOf(':') + 1), attributes, children, text: text.join('') };
}

function readAttributes(text: string): Map<string, string> | null {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(attribute)) {
    const value = resolveEntities(double ?? single ?? '');
    if (value === null || attributes.has(name!)) return null;
    attributes.set(name!, value);
  }
  return attributes;
}

const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function resolveEntities(text: string): string | null {
  if (!text.includes('&')) return text;
  const parts = text.split('&');
  const resolved = [parts[0]!];
  for (const part of parts.slice(1)) {
    const end = part.indexOf(';');
    const value = end < 0 ? undefined : predefined.get(part.slice(0, end));
    if (value === undefined) return null;
    resolved.push(value, part.slice(end + 1));
  }
  return resolved.join('');
}

const malformed = (reason: string): XmlOutcome => ({ kind: 'malformed', reason });

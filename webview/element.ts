export type Child = Node | string | null;

/** Builds an element; text never becomes markup. */
export function element(tag: string, attributes: Readonly<Record<string, string>>, ...children: Child[]): HTMLElement {
  return filled(document.createElement(tag), attributes, children);
}

/** Same, for SVG. */
export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: Child[]
): SVGElement {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(
  made: E,
  attributes: Readonly<Record<string, string>>,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A horizontal bar that is `share` full, in [0, 1]; decoration beside a number, so hidden from screen readers. */
export function bar(share: number): HTMLElement {
  const filling = element('span', { class: 'bar-filling' });
  // Through the object model, because the page's policy forbids style attributes.
  filling.style.width = `${Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 100}%`;
  return element('span', { class: 'bar', 'aria-hidden': 'true' }, filling);
}

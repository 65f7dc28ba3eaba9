/** Colours of the editor's theme that a canvas needs; CSS gets them by itself. */
export interface ChartColours {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly band: string;
  readonly background: string;
  readonly font: string;
  readonly passed: string;
  readonly failed: string;
  /** Of series that have no meaning of their own: blue, orange and so on, told apart by dashes and shapes as well. */
  readonly series: readonly string[];
}

export function readColours(): ChartColours {
  const style = getComputedStyle(document.body);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const text = read('--vscode-foreground', style.color);
  const line = read('--vscode-charts-blue', '#3794ff');
  return {
    text,
    faint: withAlpha(text, 0.18),
    line,
    band: withAlpha(line, 0.16),
    background: read('--vscode-editor-background', 'transparent'),
    font: read('--vscode-font-family', 'sans-serif'),
    passed: line,
    failed: read('--failed', '#e08a2e'),
    series: [
      line,
      read('--failed', '#e08a2e'),
      read('--vscode-charts-purple', '#b180d7'),
      read('--vscode-charts-green', '#89d185'),
      read('--vscode-charts-yellow', '#cca700'),
      text,
    ],
  };
}

/** Calls back after the user has chosen another theme, which the editor writes into the page's root and body. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
}

/** The same colour, `alpha` (0 to 1) times as opaque. Any CSS colour is understood, because a canvas parses it. */
export function withAlpha(colour: string, alpha: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, opacity = 255] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(opacity / 255) * alpha})`;
}

import { escapeText } from '../core/report/page/markup.ts';

/** What a page needs to name: the policy's source of local files, and the addresses of its bundles. */
export interface WebviewPageParts {
  readonly cspSource: string;
  readonly nonce: string;
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Attributes of the page's one element, which the script fills; values are escaped here. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The shell of every page of ours. Nothing is loaded but our own bundles; no inline script, no picture, no network. The
 * component toolkit inserts one style element of its own and takes the nonce for it from the `csp-nonce` element.
 */
export function webviewPage({ cspSource, nonce, title, script, style, attributes }: WebviewPageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'`;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeText(value)}"`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main${written.join('')}></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

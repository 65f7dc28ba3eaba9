/** What the page needs to name: the policy's source of local files, and the addresses of the bundles. */
export interface DashboardPageParts {
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** Loaded by the page itself when a structure is first looked at. */
  readonly structureView: string;
  /** What the page had the host keep, or null. */
  readonly kept: string | null;
}

/**
 * The dashboard's page. Nothing is loaded but our own bundles; no inline script, no network. The component toolkit
 * inserts one style element of its own and takes the nonce for it from the `csp-nonce` element.
 */
export function dashboardPage(parts: DashboardPageParts): string {
  const { cspSource, nonce, script, style, structureView, kept } = parts;
  const memory = kept === null ? '' : ` data-kept="${attributeText(kept)}"`;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proof-Carrying Materials</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="dashboard" data-structure-view="${structureView}"${memory}></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

const attributeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What the page needs to name: the policy's source of local files, and the addresses of its two bundles. */
export interface CertificatePageParts {
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
}

/**
 * The page of a certificate. Nothing is loaded but its own two bundles; no inline script, no picture, no network. The
 * component toolkit inserts one style element of its own and takes the nonce for it from the `csp-nonce` element.
 */
export function certificateHtml({ cspSource, nonce, script, style }: CertificatePageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PCM Certificate</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

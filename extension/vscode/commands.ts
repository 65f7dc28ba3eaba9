/** Every command of the extension; package.json declares the same ones, and a test compares the two. */
export const commandIds = [
  'pcm.certify',
  'pcm.pause',
  'pcm.resume',
  'pcm.cancel',
  'pcm.showDashboard',
  'pcm.openCertificate',
  'pcm.openSampleProject',
  'pcm.newProject',
  'pcm.refresh',
  'pcm.filterObligations',
  'pcm.sortObligations',
  'pcm.copyItem',
  'pcm.revealTheorem',
  'pcm.revealClaim',
  'pcm.revealStructure',
  'pcm.nextFailure',
  'pcm.previousFailure',
  'pcm.fixObligation',
  'pcm.recheck',
  'pcm.restartLean',
  'pcm.showLeanLog',
  'pcm.compareCertificates',
  'pcm.falsify',
] as const;
export type CommandId = (typeof commandIds)[number];

/** Type of the dashboard's webview panel, by which the editor finds us when it restores one after a reload. */
export const DASHBOARD_VIEW_TYPE = 'pcm.dashboard';

/** Type of the certificate editor, as the manifest declares it. */
export const CERTIFICATE_VIEW_TYPE = 'pcm.certificate';

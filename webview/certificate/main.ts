import '../without-eval.ts';
import { toCertificatePageSchema, type FromCertificatePage } from '../../extension/protocol/certificate-page.ts';
import { registerComponents } from '../toolkit.ts';
import { certificateSections, unreadableSection } from './certificate.ts';
import { comparisonSections } from './comparison.ts';
import { falsificationSection } from './falsification.ts';
import { historySection } from './history.ts';
import './style.css';

const editor = acquireVsCodeApi();
const send = (message: FromCertificatePage): void => editor.postMessage(message);
const fault = (message: string): void => send({ kind: 'fault', message: message.slice(0, 1000) });

window.addEventListener('error', (event) => fault(event.message));
window.addEventListener('unhandledrejection', (event) => fault(String(event.reason)));
document.addEventListener('securitypolicyviolation', (event) =>
  fault(`${event.violatedDirective} refused ${event.blockedURI || 'an inline resource'}`),
);

registerComponents();

const main = document.querySelector('main')!;
const place = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found !== null) return found;
  const made = document.createElement('div');
  made.id = id;
  main.append(made);
  return made;
};

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = toCertificatePageSchema.safeParse(data);
  if (!message.success) {
    fault(`Message refused: ${message.error.issues[0]?.message ?? 'unknown shape'}`);
    return;
  }
  switch (message.data.kind) {
    case 'certificate':
      place('news');
      place('certificate').replaceChildren(...certificateSections(message.data.view, send));
      break;
    case 'unreadable':
      place('certificate').replaceChildren(unreadableSection(message.data, send));
      break;
    case 'history':
      place('history').replaceChildren(historySection(message.data, send));
      break;
    case 'comparison':
      place('certificate').replaceChildren(...comparisonSections(message.data.comparison));
      break;
    case 'falsification':
      place('news').replaceChildren(falsificationSection(message.data.event));
      break;
  }
  document.body.dataset['drawn'] = message.data.kind;
});

// Data dropped onto the page; the editor hands over addresses, never contents.
window.addEventListener('dragover', (event) => event.preventDefault());
window.addEventListener('drop', (event) => {
  event.preventDefault();
  const list =
    event.dataTransfer?.getData('application/vnd.code.uri-list') || event.dataTransfer?.getData('text/uri-list');
  const addresses = (list ?? '').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  if (addresses.length > 0) send({ kind: 'falsify', addresses: addresses.slice(0, 16) });
});

send({ kind: 'ready' });

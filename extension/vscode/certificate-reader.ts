import { parentPort, workerData } from 'node:worker_threads';
import { readCertificateText } from './certificate-reading.ts';

/**
 * A thread of its own for the text of one certificate, which may be large and come from a stranger: parsing it takes
 * neither the editor's time nor more memory than the thread is given.
 */
const { text, file } = workerData as { readonly text: string; readonly file: string };
parentPort?.postMessage(readCertificateText(text, file));

import { parentPort, workerData } from 'node:worker_threads';
import { readCertificateText } from './certificate-reading.ts';

/**
 * A thread of its own for the text of one certificate, which may be large and come from a stranger: decoding and parsing it
 * takes neither the editor's time nor more memory than the thread is given.
 */
const { source, file } = workerData as { readonly source: string | Uint8Array; readonly file: string };
const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
parentPort?.postMessage(readCertificateText(text, file));
